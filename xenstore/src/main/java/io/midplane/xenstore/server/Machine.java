package io.midplane.xenstore.server;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that stands for a machine with guests, for tests: a domain exists while {@code
 * domN.page} does, which is its ring page; {@code domN.state} may say {@code shutdown} or {@code
 * dying}; into the named pipe {@code evtchn.fifo} a guest writes the number of its event channel as
 * four bytes, 1000 + N, and whoever changed the guests writes 1.
 */
final class Machine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(XenStoreServer.class);
  private static final String PIPE = "evtchn.fifo";
  private static final int FIRST_PORT = 1000;
  private static final int LOOK = 1;
  private static final int STOP = 0;

  private final Path folder;
  private final RandomAccessFile pipe;
  private volatile boolean closed;
  private @Nullable Thread listening;

  /** What is there of a domain. */
  enum State {
    RUNNING,
    SHUT_DOWN,
    GONE
  }

  private Machine(Path folder, RandomAccessFile pipe) {
    this.folder = folder;
    this.pipe = pipe;
  }

  /** The machine of a folder; makes its pipe, with the command {@code mkfifo}. */
  static Machine open(Path folder) {
    Path pipe = folder.resolve(PIPE);
    try {
      Files.deleteIfExists(pipe);
      Process making = new ProcessBuilder("mkfifo", "-m", "600", pipe.toString()).start();
      if (making.waitFor() != 0) {
        throw new IOException("mkfifo ended with " + making.exitValue());
      }
      return new Machine(folder, new RandomAccessFile(pipe.toFile(), "rw"));
    } catch (IOException e) {
      throw failed(pipe, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(pipe, e);
    }
  }

  private static MidplaneException failed(Path pipe, Exception e) {
    return new MidplaneException(
        ErrorCode.IO_FAILED, "named pipe " + pipe + ": cannot be made: " + e, e);
  }

  /**
   * Reads kicks until the machine is closed, on a thread of its own.
   *
   * @param kicked gets the domain whose ring changed
   * @param look is told to look at all domains again
   */
  void listen(IntConsumer kicked, Runnable look) {
    Thread started =
        Thread.ofPlatform()
            .name("xenstore-kicks")
            .daemon()
            .start(() -> listenUntilClosed(kicked, look));
    listening = started;
  }

  private void listenUntilClosed(IntConsumer kicked, Runnable look) {
    try {
      for (int port = next(); !closed; port = next()) {
        if (port == LOOK) {
          look.run();
        } else {
          kicked.accept(port - FIRST_PORT);
        }
      }
    } catch (IOException e) {
      LOG.warn("XS-0117 the pipe of {} cannot be read; kicks are lost", folder, e);
    }
  }

  private int next() throws IOException {
    return Integer.reverseBytes(pipe.readInt());
  }

  boolean exists(int domain) {
    return Files.exists(page(domain));
  }

  State state(int domain) {
    if (!exists(domain)) {
      return State.GONE;
    }
    try {
      return switch (Files.readString(folder.resolve("dom" + domain + ".state")).strip()) {
        case "shutdown" -> State.SHUT_DOWN;
        case "dying" -> State.GONE;
        default -> State.RUNNING;
      };
    } catch (IOException none) {
      return State.RUNNING;
    }
  }

  /** Maps the ring of a domain that exists. */
  RingPort ring(int domain) throws IOException {
    return RingPort.map(page(domain));
  }

  private Path page(int domain) {
    return folder.resolve("dom" + domain + ".page");
  }

  @Override
  public void close() {
    closed = true;
    try {
      pipe.writeInt(STOP);
      if (listening != null) {
        listening.join();
      }
      pipe.close();
      Files.deleteIfExists(folder.resolve(PIPE));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.debug("XS-0118 closing the pipe of {} failed", folder, e);
    }
  }
}
