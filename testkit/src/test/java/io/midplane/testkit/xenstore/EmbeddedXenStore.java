package io.midplane.testkit.xenstore;

import io.midplane.xenstore.server.XenStoreServer;
import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.wire.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Our server, with domains that exist when a test says so. */
record EmbeddedXenStore(XenStoreServer server, Path socket, Set<Integer> domains)
    implements XenStoreUnderTest {

  static EmbeddedXenStore start(Path folder) {
    Path socket = folder.resolve("socket");
    Set<Integer> domains = ConcurrentHashMap.newKeySet();
    XenStoreServer server =
        XenStoreServer.builder().socket(socket).domains(domains::contains).start();
    return new EmbeddedXenStore(server, socket, domains);
  }

  @Override
  public XenStoreKind kind() {
    return XenStoreKind.MIDPLANE;
  }

  @Override
  public RawConnection introduce(int domain) {
    domains.add(domain);
    try (RawConnection control = connect()) {
      String answer = control.ask("INTRODUCE " + domain + "|1|1|");
      if (!answer.equals("OK|")) {
        throw new AssertionError("introduce " + domain + ": " + answer);
      }
    }
    return new RawConnection(
        "MIDPLANE domain " + domain, new Link(server.transport(new DomainId(domain))));
  }

  @Override
  public void shutDown(int domain) {
    server.shutDownAsync(new DomainId(domain)).toCompletableFuture().join();
  }

  @Override
  public void destroy(int domain) {
    domains.remove(domain);
    server.destroyAsync(new DomainId(domain)).toCompletableFuture().join();
  }

  @Override
  public void close() {
    server.close();
  }

  /** A link over a transport of the server's own. */
  private record Link(Transport transport) implements ByteLink {
    @Override
    public void write(ByteBuffer bytes) throws IOException {
      transport.write(bytes);
    }

    @Override
    public int read(ByteBuffer into, long nanos) throws IOException {
      return transport.read(into, nanos);
    }

    @Override
    public void close() {
      transport.close();
    }
  }
}
