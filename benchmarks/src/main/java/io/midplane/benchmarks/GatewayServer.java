package io.midplane.benchmarks;

import io.midplane.gateways.worker.TokenFile;
import java.io.IOException;
import java.nio.file.Path;

/** {@code midplane gateway serve} in a process of its own, with TLS and a token. */
final class GatewayServer implements AutoCloseable {
  private final Folder folder;
  private final Path token;
  private final ServerProcess process;

  private GatewayServer(Folder folder, Path token, ServerProcess process) {
    this.folder = folder;
    this.token = token;
    this.process = process;
  }

  /** Starts it. Blocks: until it serves. */
  static GatewayServer start() throws IOException {
    Folder folder = Folder.create();
    Path token = folder.path().resolve("token");
    var unused = TokenFile.create(token);
    ServerProcess process =
        ServerProcess.start(
            Program.midplane(
                "gateway", "serve", "--listen", "127.0.0.1:0", "--token-file", token.toString()),
            folder.log());
    return new GatewayServer(folder, token, process);
  }

  /** What makes a gateway there. */
  String spec() {
    return "socket=" + process.address() + "//token-file=" + token;
  }

  @Override
  public void close() {
    process.close();
    folder.close();
  }
}
