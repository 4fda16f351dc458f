package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Tuple;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Servers that the other side of a gateway asked for, so that it can connect to this worker again.
 * They listen as long as that gateway lives.
 */
final class Listening {
  /** What a stock client calls its server. */
  static final String FILE_NAME = "socketserver.py";

  private Listening() {}

  /**
   * Begins to listen on loopback, and says where: to a stock client where it wants, for whoever
   * connects; to one of Midplane with a token that it has to know.
   *
   * @return what to close when the gateway ends
   */
  static WorkerServer begin(Channel channel, Worker worker, boolean midplane) throws IOException {
    if (!midplane) {
      WorkerServer server = WorkerServer.start(worker, ServerSettings.open(wanted(channel)));
      channel.send(Tuple.of(host(server), server.address().getPort()));
      return server;
    }
    String token = Token.random();
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    WorkerServer server =
        WorkerServer.start(worker, ServerSettings.secured(loopback, Token.of(token)));
    channel.send(Tuple.of(host(server), server.address().getPort(), token));
    return server;
  }

  private static String host(WorkerServer server) {
    return server.address().getAddress().getHostAddress();
  }

  private static InetSocketAddress wanted(Channel channel) {
    if (channel.receive() instanceof Tuple place
        && place.size() == 2
        && place.get(1) instanceof Integer port
        && port >= 0
        && port <= 0xffff) {
      return new InetSocketAddress(RsyncNames.text(place.get(0)), port);
    }
    throw new MidplaneException(
        ErrorCode.PROTOCOL_VIOLATION, "listen: expected a tuple of host and port");
  }
}
