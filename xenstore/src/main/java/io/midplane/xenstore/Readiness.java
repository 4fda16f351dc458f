package io.midplane.xenstore;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;

/** A channel that can be read exactly while something is true, for those who wait in a selector. */
final class Readiness implements AutoCloseable {
  private final Pipe pipe;
  private boolean ready;

  Readiness() {
    try {
      pipe = Pipe.open();
      pipe.sink().configureBlocking(false);
      pipe.source().configureBlocking(false);
    } catch (IOException e) {
      throw new MidplaneException(ErrorCode.IO_FAILED, "no pipe: " + e.getMessage(), e);
    }
  }

  Pipe.SourceChannel channel() {
    return pipe.source();
  }

  void set(boolean now) {
    if (now == ready) {
      return;
    }
    try {
      ByteBuffer one = ByteBuffer.allocate(1);
      int moved = now ? pipe.sink().write(one) : pipe.source().read(one);
      ready = now == (moved == 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      pipe.sink().close();
      pipe.source().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
