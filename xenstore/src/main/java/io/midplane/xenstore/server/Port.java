package io.midplane.xenstore.server;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The server's end of a client's byte connection; never blocks. For the event loop's thread. */
interface Port {

  /** Reads what is there: 0 if nothing is, -1 at the end. */
  int read(ByteBuffer into) throws IOException;

  /** Writes what the other side takes. */
  int write(ByteBuffer from) throws IOException;

  /** What the event loop wants to be told of. */
  void interest(boolean reading, boolean writing);

  /** The client broke the protocol; it is closed next. */
  default void violated() {}

  void close();
}
