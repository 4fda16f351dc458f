package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.packet.bpf.Filter;
import io.midplane.packet.codec.Checksum;
import io.midplane.packet.codec.Ipv4;
import io.midplane.packet.codec.Layer;
import io.midplane.packet.codec.Packets;
import io.midplane.packet.codec.PseudoHeader;
import io.midplane.packet.codec.Tcp;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.RxMode;
import io.midplane.packet.link.SendResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Frames that are larger than usual, and such as the kernel leaves unfinished. */
@Tag("netns")
class LinuxLargeFramesTest {
  @AutoClose private final LinuxWiring wiring = new LinuxWiring();

  private static PortOptions options() {
    return PortOptions.defaults();
  }

  @Test
  @DisplayName("32: a frame of 9000 bytes arrives whole where the MTU allows it")
  void shouldCarryJumboFrames() {
    String left = wiring.leftName();
    wiring.namespaces().cable(left, "ja", wiring.rightName(), "jb", 9000);
    var inRight = options().withVirtualRouter(wiring.rightName());
    try (var sender = PacketPort.open("ja", options().withVirtualRouter(left));
        var receiver = PacketPort.open("jb", Frames.type(Frames.TYPE), inRight)) {
      Frame sent = Frames.numbered(1, 9014);

      assertThat(sender.send(sent)).isEqualTo(SendResult.SENT);

      Frame received = PortContract.next(receiver);
      assertThat(received.bytes()).isEqualTo(sent.bytes());
      assertThat(received.meta().isTruncated()).isFalse();
    }
  }

  @Test
  @DisplayName("33: what does not fit a slot is cut, told, and keeps its length")
  void shouldTellCutFrames() {
    String left = wiring.leftName();
    wiring.namespaces().cable(left, "ja", wiring.rightName(), "jb", 9000);
    var small = CaptureSettings.defaults().withMode(RxMode.immediate(2048));
    var inRight = options().withVirtualRouter(wiring.rightName()).withCapture(small);
    try (var sender = PacketPort.open("ja", options().withVirtualRouter(left));
        var receiver = PacketPort.open("jb", Frames.type(Frames.TYPE), inRight)) {
      sender.send(Frames.numbered(1, 9014));

      FrameMeta meta = PortContract.next(receiver).meta();
      assertThat(meta.isTruncated()).isTrue();
      assertThat(meta.originalLength()).isEqualTo(9014);
      assertThat(meta.capturedLength()).isBetween(1900, 2048);
    }
  }

  /** A stream from left to right, of which the kernel makes frames far beyond the MTU. */
  private void stream(int bytes) throws IOException {
    address();
    try (var listener = VirtualRouter.of(wiring.rightName()).listener()) {
      listener.bind(new InetSocketAddress("10.9.8.2", 0));
      int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
      try (var from = VirtualRouter.of(wiring.leftName()).stream()) {
        from.connect(new InetSocketAddress("10.9.8.2", port));
        try (var to = listener.accept()) {
          Thread unused = Thread.ofVirtual().start(() -> write(from, bytes));
          var buffer = ByteBuffer.allocate(1 << 16);
          int read = 0;
          while (read < bytes) {
            read += to.read(buffer.clear());
          }
        }
      }
    }
  }

  private static void write(SocketChannel to, int bytes) {
    try {
      ByteBuffer all = ByteBuffer.allocate(bytes);
      while (all.hasRemaining()) {
        int unused = to.write(all);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void address() {
    wiring.namespaces().ip(wiring.leftName(), "addr", "add", "10.9.8.1/24", "dev", "va");
    wiring.namespaces().ip(wiring.rightName(), "addr", "add", "10.9.8.2/24", "dev", "vb");
  }

  private List<FrameMeta> seenOfAStream(int slot, int bytes) throws IOException {
    var settings =
        CaptureSettings.defaults().withMode(RxMode.immediate(slot)).withRingBytes(64 << 20);
    var probe = new SinkProbe();
    try (var right = wiring.right(options());
        var subscription = right.subscribe(Filter.parse("tcp").program(), settings, probe).join()) {
      probe.acknowledgeAllTo(subscription);
      stream(bytes);
      Awaitility.await()
          .atMost(PortContract.LONG)
          .until(() ->
              probe.framesFrom(0).stream()
                  .anyMatch(frame -> frame.meta().originalLength() > 10_000));
      return probe.framesFrom(0).stream().map(Frame::meta).toList();
    }
  }

  @Test
  @DisplayName("33: frames that the kernel puts together are cut by small slots")
  void shouldCutLargeFrames() throws IOException {
    assertThat(seenOfAStream(2048, 1 << 20))
        .filteredOn(meta -> meta.originalLength() > 2048)
        .isNotEmpty()
        .allMatch(meta -> meta.isTruncated() && meta.capturedLength() <= 2048);
  }

  @Test
  @DisplayName("33: frames that the kernel puts together are whole in large slots")
  void shouldKeepLargeFramesWhole() throws IOException {
    assertThat(seenOfAStream(128 << 10, 1 << 20))
        .anyMatch(meta -> meta.originalLength() > 10_000)
        .allMatch(meta -> !meta.isTruncated() && meta.capturedLength() == meta.originalLength());
  }

  @Test
  @DisplayName("34: the checksum of a TCP segment that is not ready is not called wrong")
  void shouldNotCallMissingChecksumsWrong() throws IOException {
    var probe = new SinkProbe();
    try (var right = wiring.right(options());
        var subscription =
            right
                .subscribe(Filter.parse("tcp").program(), CaptureSettings.defaults(), probe)
                .join()) {
      probe.acknowledgeAllTo(subscription);
      stream(1000);
      probe.awaitFrames(3);
    }
    Frame notReady =
        probe.framesFrom(0).stream()
            .filter(frame -> frame.meta().isChecksumNotReady())
            .findFirst()
            .orElseThrow();
    List<Layer> layers = Packets.decode(notReady);
    PseudoHeader header = Packets.find(layers, Ipv4.class).orElseThrow().pseudoHeader();

    assertThat(Packets.find(layers, Tcp.class).orElseThrow().isChecksumValid(header)).isFalse();
    assertThat(Checksum.isWrong(notReady)).isFalse();
    assertThat(Checksum.isWrong(Frame.of(notReady.wire()))).isTrue();
  }

  @Test
  @DisplayName("34: a frame whose checksum the kernel left to the hardware says so")
  void shouldTellMissingChecksums() {
    wiring.namespaces().ip(wiring.leftName(), "addr", "add", "10.9.8.1/24", "dev", "va");
    wiring.namespaces().ip(wiring.rightName(), "addr", "add", "10.9.8.2/24", "dev", "vb");
    try (var right = wiring.right(Filter.parse("udp port 9").program(), options());
        var left = wiring.left(options())) {
      wiring.namespaces().exec(wiring.leftName(), "bash", "-c", "printf x > /dev/udp/10.9.8.2/9");
      Frame ofKernel = PortContract.next(right);
      left.send(ofKernel);

      assertThat(ofKernel.meta().isChecksumNotReady()).isTrue();
      assertThat(PortContract.next(right).meta().isChecksumNotReady()).isFalse();
    }
  }
}
