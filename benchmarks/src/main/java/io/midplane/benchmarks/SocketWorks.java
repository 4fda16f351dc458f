package io.midplane.benchmarks;

import io.midplane.protocol.ClientSettings;
import io.midplane.protocol.MidplaneClient;
import io.midplane.protocol.NodePaths;
import io.midplane.protocol.RemoteConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * Get of a row over the node's socket, beside a bare exchange of as many bytes over a socket of the
 * same kind; both servers are processes of their own.
 */
final class SocketWorks implements PairedCase.Works {
  private static final int ROWS = 1000;

  private final Folder folder;
  private final ServerProcess node;
  private final ServerProcess echo;
  private final MidplaneClient client;
  private final RemoteConfiguration configuration;
  private final SocketChannel bare;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(EchoServer.BYTES);
  private final String[] names = new String[ROWS];
  private int turn;

  private SocketWorks(Folder folder, ServerProcess node, ServerProcess echo) throws IOException {
    this.folder = folder;
    this.node = node;
    this.echo = echo;
    this.client =
        MidplaneClient.connect(ClientSettings.defaults().socket(NodePaths.socketIn(folder.data())));
    this.configuration = client.configuration();
    this.bare = SocketChannel.open(UnixDomainSocketAddress.of(echoSocket(folder)));
    for (int i = 0; i < ROWS; i++) {
      names[i] = RouteAgent.name(i);
    }
  }

  static SocketWorks open() throws IOException {
    Folder folder = Folder.create();
    ServerProcess node = folder.startNode();
    ServerProcess echo =
        ServerProcess.start(
            Program.java(EchoServer.class.getName(), echoSocket(folder).toString()), folder.log());
    return new SocketWorks(folder, node, echo);
  }

  private static Path echoSocket(Folder folder) {
    return folder.path().resolve("echo.sock");
  }

  /** One get. */
  void get() {
    turn = (turn + 1) % ROWS;
    var unused = configuration.get(RouteAgent.TABLE, names[turn]);
  }

  /** One bare exchange. */
  void exchange() {
    try {
      EchoServer.call(bare, buffer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void ours(int operations) {
    for (int i = 0; i < operations; i++) {
      get();
    }
  }

  @Override
  public void peer(int operations) {
    for (int i = 0; i < operations; i++) {
      exchange();
    }
  }

  @Override
  public void close() {
    client.close();
    try {
      bare.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      node.close();
      echo.close();
      folder.close();
    }
  }
}
