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
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              folder.resolve(FILE),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        String pid = read(channel);
        channel.close();
        throw new MidplaneException(
            ErrorCode.ALREADY_EXISTS,
            "data folder %s: the node with pid %s uses it; stop that one or choose another --data"
                .formatted(folder, pid.isEmpty() ? "unknown" : pid));
      }
      write(channel, Long.toString(ProcessHandle.current().pid()));
      return new NodeLock(channel);
    } catch (IOException e) {
      throw new MidplaneException(
          ErrorCode.IO_FAILED,
          "data folder %s: cannot lock %s: %s".formatted(folder, FILE, e.getMessage()),
          e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException inThisProcess) {
      return null;
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(32);
    channel.read(text, 0);
    return StandardCharsets.US_ASCII.decode(text.flip()).toString().strip();
  }

  private static void write(FileChannel channel, String pid) throws IOException {
    channel.truncate(0);
    channel.write(ByteBuffer.wrap((pid + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
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
