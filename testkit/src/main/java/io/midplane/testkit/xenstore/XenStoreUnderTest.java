package io.midplane.testkit.xenstore;

import java.nio.file.Path;

/** A XenStore server that a test drives: one of the real daemons, or ours. */
public interface XenStoreUnderTest extends AutoCloseable {

  /** Which it is; the same rules hold for all but where a test says otherwise. */
  XenStoreKind kind();

  /** Its socket. */
  Path socket();

  /** A new connection over the socket; the caller closes it. */
  default RawConnection connect() {
    return RawConnection.open(socket());
  }

  /** Makes a guest and introduces it to the server; the connection speaks as that domain. */
  RawConnection introduce(int domain);

  /** Lets a guest shut itself down, and tells the server to look. */
  void shutDown(int domain);

  /** Ends a guest, and tells the server to look. */
  void destroy(int domain);

  @Override
  void close();
}
