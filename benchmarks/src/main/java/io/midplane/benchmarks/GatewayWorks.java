package io.midplane.benchmarks;

import io.midplane.gateways.Gateway;
import io.midplane.gateways.Group;
import io.midplane.gateways.worker.Channel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The same work over a gateway from Java to Java and from Python to Python, both over popen. */
final class GatewayWorks implements PairedCase.Works {

  /** So many operations over a gateway, or over many that it makes. */
  @FunctionalInterface
  interface Work {
    void run(Group group, Gateway gateway, Channel channel, int operations);
  }

  private static final int AT_ONCE = 500;

  private static final String SET_UP =
      """
      import execnet
      ECHO = "for item in channel: channel.send(item)"
      DRAIN = "for item in channel:\\n    if item is None: channel.send(None)"
      ONCE = "channel.send(channel.receive())"
      group = execnet.Group()
      gateway = group.makegateway("popen")
      echo = gateway.remote_exec(ECHO)
      drain = gateway.remote_exec(DRAIN)
      large = b"x" * (1 << 20)
      def drained():
          drain.send(None)
          drain.receive()
      def one(spec):
          gateway = group.makegateway(spec)
          channel = gateway.remote_exec(ONCE)
          channel.send(1)
          channel.receive()
          return gateway
      def work(operations):
      """;

  private static final String STARTING_PYTHON =
      """
      for i in range(operations):
          each = one("popen")
          each.exit()
          each._io.wait()
      """;

  private final Group group = Group.open();
  private final PythonExecnet python;
  private final Work work;
  private final Gateway gateway;
  private final Channel channel;

  private final @Nullable GatewayServer server;

  private GatewayWorks(
      PythonExecnet python, @Nullable GatewayServer server, boolean echoes, Work work) {
    this.python = python;
    this.server = server;
    this.work = work;
    this.gateway = group.makeGateway("popen");
    this.channel =
        echoes ? gateway.remoteExec(GatewayTasks::echo) : gateway.remoteExec(GatewayTasks::drain);
  }

  private static Callable<GatewayWorks> of(boolean echoes, Work work, String pythonWork) {
    return () -> {
      PythonExecnet python = PythonExecnet.start(SET_UP + pythonWork.indent(4) + "    return 0\n");
      return new GatewayWorks(python, null, echoes, work);
    };
  }

  static Callable<GatewayWorks> roundTrips() {
    return of(
        true,
        (group, gateway, channel, operations) -> {
          for (int i = 0; i < operations; i++) {
            channel.send(i);
            channel.receive();
          }
        },
        "for i in range(operations):\n    echo.send(i)\n    echo.receive()");
  }

  static Callable<GatewayWorks> oneWay() {
    return of(
        false,
        (group, gateway, channel, operations) -> {
          for (int i = 0; i < operations; i++) {
            channel.send(i);
          }
          channel.send(null);
          channel.receive();
        },
        "for i in range(operations):\n    drain.send(i)\ndrained()");
  }

  static Callable<GatewayWorks> large() {
    byte[] item = new byte[1 << 20];
    return of(
        false,
        (group, gateway, channel, operations) -> {
          for (int i = 0; i < operations; i++) {
            channel.send(item);
          }
          channel.send(null);
          channel.receive();
        },
        "for i in range(operations):\n    drain.send(large)\ndrained()");
  }

  /** Start, first run of a class, end. */
  static Callable<GatewayWorks> start(String spec) {
    return of(true, starting(spec), STARTING_PYTHON);
  }

  /** The same at a server that runs already, with TLS and a token. */
  static Callable<GatewayWorks> socketStart() {
    return () -> {
      PythonExecnet python =
          PythonExecnet.start(SET_UP + STARTING_PYTHON.indent(4) + "    return 0\n");
      GatewayServer server = GatewayServer.start();
      return new GatewayWorks(python, server, true, starting(server.spec()));
    };
  }

  private static Work starting(String spec) {
    return (group, gateway, channel, operations) -> {
      for (int i = 0; i < operations; i++) {
        try (Gateway each = group.makeGateway(spec);
            Channel once = each.remoteExec(GatewayTasks::echoOnce)) {
          once.send(1);
          once.receive();
        }
      }
    };
  }

  static Callable<GatewayWorks> concurrent() {
    return of(
        true,
        (group, gateway, channel, operations) -> {
          for (int begin = 0; begin < operations; begin += AT_ONCE) {
            List<Channel> some = new ArrayList<>();
            for (int i = begin; i < Math.min(operations, begin + AT_ONCE); i++) {
              some.add(gateway.remoteExec(GatewayTasks::echoOnce));
            }
            some.forEach(each -> each.send(1));
            some.forEach(Channel::receive);
          }
        },
        """
        for begin in range(0, operations, 500):
            some = [gateway.remote_exec(ONCE) for i in range(min(500, operations - begin))]
            for each in some: each.send(1)
            for each in some: each.receive()
        """);
  }

  @Override
  public void ours(int operations) {
    work.run(group, gateway, channel, operations);
  }

  @Override
  public void peer(int operations) throws IOException {
    python.work(operations);
  }

  @Override
  public void close() {
    group.close();
    python.close();
    if (server != null) {
      server.close();
    }
  }
}
