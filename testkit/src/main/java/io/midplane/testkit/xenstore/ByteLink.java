package io.midplane.testkit.xenstore;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes to a server and back: a socket or a ring. For one thread. */
interface ByteLink extends AutoCloseable {

  /** Sends all of it. Blocks: while the other side takes none. */
  void write(ByteBuffer bytes) throws IOException;

  /**
   * Reads what there is into the buffer. Blocks: until there is something, at most that long.
   *
   * @return how many bytes; 0 after the time, -1 if the server closed the connection
   */
  int read(ByteBuffer into, long nanos) throws IOException;

  @Override
  void close() throws IOException;
}
