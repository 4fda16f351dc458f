package io.midplane.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.gateways.wire.Dict;
import io.midplane.gateways.wire.FrozenSet;
import io.midplane.gateways.wire.Tuple;
import io.midplane.gateways.wire.ValueSet;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.RemoteException;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stock execnet of Python as the far end, and our own Python text beside it: all answer alike. */
@Tag("peer")
class StockPythonTest {
  private static final String PYTHON = "/usr/bin/python3";
  private static final Duration LONG = Duration.ofSeconds(20);
  private final Group group = Group.open(Groups.settings());

  /** What serves at the far end. */
  enum Far {
    OUR_TEXT,
    EXECNET,
    EXECNET_2;

    String spec() {
      String own = "popen//python=" + PYTHON;
      return switch (this) {
        case OUR_TEXT -> own;
        case EXECNET -> own + "//worker=execnet";
        case EXECNET_2 -> own + "//worker=execnet//env:PYTHONPATH=" + Peers.execnet2();
      };
    }
  }

  @BeforeEach
  void requirePeer() {
    if (System.getenv("CI") == null) {
      Assumptions.assumeTrue(
          Files.exists(Path.of("/usr/lib/python3/dist-packages/execnet")),
          "python3-execnet is not installed");
    }
  }

  @AfterEach
  void close() {
    group.close();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("G7, G14, G15 values there and back through a Python worker")
  void shouldCarryValues(Far kind) {
    Gateway gateway = group.makeGateway(kind.spec());
    Dict dict = new Dict();
    dict.put(Tuple.of(1, "k"), List.of(true, 2.5));
    List<Object> values =
        Arrays.asList(
            null,
            Integer.MAX_VALUE,
            1L << 31,
            BigInteger.TEN.pow(40),
            -0.0,
            "text \u00e9 \ud83d\ude00",
            Tuple.of(1, Tuple.of()),
            ValueSet.of(1, 2),
            FrozenSet.of("x"),
            dict);

    Channel channel = gateway.remoteExec("for item in channel: channel.send(item)");
    values.forEach(channel::send);

    for (Object value : values) {
      assertThat(channel.receive(LONG)).isEqualTo(value);
    }
    channel.closeOutput();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("G28, G30, G32, G34, G40 channels of a Python worker")
  void shouldUseChannelsOfPython(Far kind) {
    Gateway gateway = group.makeGateway(kind.spec());

    Channel outer =
        gateway.remoteExec(
            """
            inner = channel.receive()
            inner.send("through another")
            inner.close("with an error")
            got = []
            back = channel.gateway.newchannel()
            back.setcallback(got.append, endmarker="end")
            channel.send(back)
            back.waitclose()
            channel.send(got)
            out = channel.makefile("w")
            out.write("line 1\\nline 2\\n")
            for item in channel:
                channel.send(item)
            """);
    Channel inner = outer.newChannel();
    outer.send(inner);
    assertThat(inner.receive(LONG)).isEqualTo("through another");
    assertThatThrownBy(() -> inner.receive(LONG))
        .isInstanceOf(RemoteException.class)
        .hasMessage("with an error");
    Channel back = (Channel) outer.receive(LONG);
    back.send(1);
    back.send(2);
    back.close();
    assertThat(outer.receive(LONG)).isEqualTo(List.of(1, 2, "end"));
    assertThat(outer.receive(LONG)).isEqualTo("line 1\nline 2\n");
    outer.send("still");
    assertThat(outer.receive(LONG)).isEqualTo("still");
    outer.closeOutput();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("G35, G36 functions, names and streams of a Python worker")
  void shouldRunFunctionsOfPython(Far kind) {
    Gateway gateway = group.makeGateway(kind.spec());
    String source =
        """
        import os, sys
        def task(channel, n):
            print("printed", n)
            os.write(1, b"raw")
            channel.send((n + 1, __name__, sys.stdin.read()))
        """;

    Channel done = gateway.remoteCall(source, "task", Map.of("n", 41));
    assertThat(done.receive(LONG)).isEqualTo(Tuple.of(42, "__channelexec__", ""));
    done.waitClose(LONG);

    Channel missing = gateway.remoteCall(source, "other", Map.of());
    assertThatThrownBy(() -> missing.receive(LONG)).hasMessageContaining("KeyError: 'other'");
    Channel wrong = gateway.remoteExec("x =");
    assertThatThrownBy(() -> wrong.receive(LONG)).hasMessageContaining("SyntaxError");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("G38 many at once; main_thread_only refuses the second with execnet's words")
  void shouldRunManyAtOnceOrOne(Far kind) {
    Gateway many = group.makeGateway(kind.spec());
    List<Channel> channels =
        IntStream.range(0, 50)
            .mapToObj(i -> many.remoteExec("channel.send(channel.receive())"))
            .toList();
    channels.forEach(each -> each.send(each.id()));
    channels.forEach(each -> assertThat(each.receive(LONG)).isEqualTo(each.id()));

    if (kind != Far.EXECNET) {
      Gateway one = group.makeGateway(kind.spec() + "//execmodel=main_thread_only");
      Channel first = one.remoteExec("channel.receive()");
      Channel second = one.remoteExec("pass");
      assertThatThrownBy(() -> second.receive(LONG))
          .hasMessage("concurrent remote_exec would cause deadlock for main_thread_only execmodel");
      first.send(1);
      first.waitClose(LONG);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "OUR_TEXT", mode = EnumSource.Mode.EXCLUDE)
  @DisplayName("G7 a stock socket server of execnet")
  void shouldUseAStockSocketServer(Far kind) throws Exception {
    int port = freePort();
    ProcessBuilder program =
        new ProcessBuilder(PYTHON, "-u", "-m", "execnet.script.socketserver", "127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    program.environment().putAll(XSpec.parse(kind.spec()).environment());
    Process server = program.start();
    try {
      Awaitility.await().atMost(LONG).until(() -> accepts(port));
      Gateway gateway = group.makeGateway("socket=127.0.0.1:" + port + "//worker=execnet");

      assertThat(gateway.remoteInfo().pid()).isEqualTo(server.pid());
      Channel echo = gateway.remoteExec("channel.send(channel.receive() * 2)");
      echo.send("ab");
      assertThat(echo.receive(LONG)).isEqualTo("abab");
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }
}
