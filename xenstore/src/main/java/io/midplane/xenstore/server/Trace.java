package io.midplane.xenstore.server;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.wire.Message;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every message in and out as a line of a file, and why transactions failed; if asked for. The
 * lines of one round of the event loop are written together.
 */
final class Trace implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(XenStoreServer.class);

  private final Clock clock;
  private final @Nullable Path file;
  private @Nullable BufferedWriter out;
  private boolean unflushed;

  Trace(@Nullable Path file, Clock clock) {
    this.file = file;
    this.clock = clock;
    if (file != null) {
      try {
        out = open(file);
      } catch (IOException e) {
        throw new MidplaneException(
            ErrorCode.IO_FAILED, "trace file " + file + ": cannot be opened: " + e, e);
      }
    }
  }

  private static BufferedWriter open(Path file) throws IOException {
    return Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  boolean isOn() {
    return out != null;
  }

  /** Off ends the file, on goes on with it; without a file there is nothing to do. */
  void turn(boolean on) {
    if (!on) {
      close();
    } else if (out == null && file != null) {
      try {
        out = open(file);
      } catch (IOException e) {
        LOG.warn("XS-0112 trace file {} cannot be opened", file, e);
      }
    }
  }

  void in(Connection connection, Message message) {
    if (out != null) {
      line("IN  " + connection + " " + message);
    }
  }

  void out(Connection connection, Message message) {
    if (out != null) {
      line("OUT " + connection + " " + message);
    }
  }

  void note(String what) {
    if (out != null) {
      line(what);
    }
  }

  private void line(String text) {
    BufferedWriter writer = out;
    try {
      if (writer != null) {
        writer.write(Instant.now(clock) + " " + text + "\n");
        unflushed = true;
      }
    } catch (IOException e) {
      giveUp(e);
    }
  }

  void flush() {
    BufferedWriter writer = out;
    if (unflushed && writer != null) {
      unflushed = false;
      try {
        writer.flush();
      } catch (IOException e) {
        giveUp(e);
      }
    }
  }

  private void giveUp(IOException e) {
    LOG.warn("XS-0113 trace file {} cannot be written; the trace is off", file, e);
    close();
  }

  @Override
  public void close() {
    BufferedWriter writer = out;
    out = null;
    try {
      if (writer != null) {
        writer.close();
      }
    } catch (IOException e) {
      LOG.debug("XS-0114 closing the trace failed", e);
    }
  }
}
