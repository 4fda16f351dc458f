package io.midplane.node;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to be the node of a data folder: a lock on a file in it that holds the owner's pid. The
 * system takes the lock back when the process ends, however that happens, so what a killed node
 * leaves behind is no obstacle.
 */
final class NodeLock implements AutoCloseable {
  private static final String FILE = "node.lock";

  /** Opens the file of the lock. */
  @FunctionalInterface
  interface Opener {
    FileChannel open(Path file) throws IOException;
  }

  private final FileChannel channel;

  private NodeLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes it.
   *
   * @throws MidplaneException ALREADY_EXISTS with the pid if another process has it, IO_FAILED
   */
  static NodeLock take(Path folder) {
    return take(folder, NodeLock::open);
  }

  /** With another way to open the file. */
  static NodeLock take(Path folder, Opener opener) {
    try {
      FileChannel channel = opener.open(folder.resolve(FILE));
      try {
        claim(channel, folder);
        return new NodeLock(channel);
      } catch (IOException | RuntimeException refused) {
        channel.close();
        throw refused;
      }
    } catch (IOException e) {
      throw new MidplaneException(
          ErrorCode.IO_FAILED,
          "data folder %s: cannot lock %s: %s".formatted(folder, FILE, e.getMessage()),
          e);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void claim(FileChannel channel, Path folder) throws IOException {
    if (lock(channel) == null) {
      throw new MidplaneException(
          ErrorCode.ALREADY_EXISTS,
          "data folder %s: the node with pid %s uses it; stop that one or choose another --data"
              .formatted(folder, pidIn(channel)));
    }
    write(channel, Long.toString(ProcessHandle.current().pid()));
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException inThisProcess) {
      return null;
    }
  }

  /** Who holds the lock; not known for the moment in which a node has taken it and not said so. */
  private static String pidIn(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(32);
    channel.read(text, 0);
    String line =
        StandardCharsets.US_ASCII.decode(text.flip()).toString().lines().findFirst().orElse("");
    boolean alive =
        line.matches("[0-9]{1,18}") && ProcessHandle.of(Long.parseLong(line)).isPresent();
    return alive ? line : "unknown";
  }

  /**
   * Never without a pid in between: it is written over the former one, then what is left is cut.
   */
  private static void write(FileChannel channel, String pid) throws IOException {
    ByteBuffer line = ByteBuffer.wrap((pid + "\n").getBytes(StandardCharsets.US_ASCII));
    int length = line.remaining();
    while (line.hasRemaining()) {
      channel.write(line, line.position());
    }
    channel.truncate(length);
  }

  /** Gives it back. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new MidplaneException(ErrorCode.IO_FAILED, "cannot unlock the data folder: " + e, e);
    }
  }
}
