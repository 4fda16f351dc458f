package io.midplane.packet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.CallGraph;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.ThreadMark;
import io.midplane.packet.frame.PacketIoException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sockets of virtual routers; the other side is bash inside the namespace. */
@Tag("netns")
class VirtualRouterTest {
  private Namespaces namespaces;
  private String red;
  private String blue;

  @BeforeEach
  void add() {
    namespaces = new Namespaces();
    red = namespaces.add("red");
    blue = namespaces.add("blue");
  }

  @AfterEach
  void remove() {
    if (namespaces != null) {
      namespaces.close();
    }
  }

  private static InetSocketAddress local(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private void bash(String namespace, String script) {
    String unused = namespaces.exec(namespace, "bash", "-c", script);
  }

  private static String read(DatagramChannel socket) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(100);
    return socket.receive(buffer) == null ? "" : UTF_8.decode(buffer.flip()).toString();
  }

  @Test
  @DisplayName("P7: datagrams of one virtual router are not seen in another")
  void shouldKeepDatagramsApart() throws IOException {
    try (DatagramChannel inRed = VirtualRouter.of(red).datagram();
        DatagramChannel inBlue = VirtualRouter.of(blue).datagram()) {
      inRed.bind(local(0)).configureBlocking(false);
      int port = ((InetSocketAddress) inRed.getLocalAddress()).getPort();
      inBlue.bind(local(port)).configureBlocking(false);

      bash(red, "printf hello > /dev/udp/127.0.0.1/" + port);

      // A datagram over the loopback interface is there when its sender returns.
      assertThat(read(inBlue)).isEmpty();
      assertThat(read(inRed)).isEqualTo("hello");
      assertThat(namespaces.exec(red, "ss", "-lunH")).contains(":" + port);
    }
  }

  @Test
  @DisplayName("P7: streams are accepted from, and connect to, their own router only")
  void shouldKeepStreamsApart() throws IOException {
    try (ServerSocketChannel listener = VirtualRouter.of(red).listener()) {
      listener.bind(local(0));
      int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();

      try (SocketChannel stranger = VirtualRouter.of(blue).stream()) {
        assertThatThrownBy(() -> stranger.connect(local(port))).isInstanceOf(IOException.class);
      }
      bash(red, "printf hello > /dev/tcp/127.0.0.1/" + port);
      try (SocketChannel accepted = listener.accept()) {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        assertThat(accepted.read(buffer)).isEqualTo(5);
      }
      try (SocketChannel own = VirtualRouter.of(red).stream()) {
        assertThat(own.connect(local(port))).isTrue();
      }
    }
  }

  @Test
  @DisplayName("P7: a router's interfaces are its own")
  void shouldListInterfaces() {
    namespaces.cable(red, "va", blue, "vb", 1500);

    assertThat(VirtualRouter.of(red).interfaces()).extracting("name").containsExactly("lo", "va");
    assertThat(VirtualRouter.of(blue).interfaces()).extracting("name").containsExactly("lo", "vb");
  }

  @Test
  @DisplayName("P7: a router that is not there is named")
  void shouldNameAMissingRouter() {
    assertThatThrownBy(() -> VirtualRouter.of("no-such-router").datagram())
        .isInstanceOf(PacketIoException.class)
        .hasMessageContaining("no-such-router");
  }

  @Test
  @DisplayName("P7: a thread that must not wait is refused, and has the other form")
  void shouldPassTheGate() throws Exception {
    VirtualRouter router = VirtualRouter.of(red, new BlockingGate(new CallGraph()));

    assertThatThrownBy(() -> ThreadMark.runNonBlocking("a test", router::datagram))
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("datagramAsync");
    router.datagramAsync().toCompletableFuture().get().close();
  }
}
