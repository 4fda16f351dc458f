package io.midplane.xenstore.server;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Unix socket at a path, mode 0600 from the moment it is there: it is bound in a private folder
 * beside the path and then moved.
 */
final class ListeningSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(XenStoreServer.class);
  private static final int BACKLOG = 1024;
  private static final int MAX_BYTES = 107;
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final ServerSocketChannel channel;
  private final Path path;
  private final @Nullable Object fileKey;

  private ListeningSocket(ServerSocketChannel channel, Path path) throws IOException {
    this.channel = channel;
    this.path = path;
    this.fileKey = fileKey(path);
  }

  /** Listens; a socket on which nobody listens any more is replaced. */
  static ListeningSocket bind(Path path) {
    checkLength(path);
    ServerSocketChannel channel = null;
    try {
      Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent(), "it has a folder");
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder, PRIVATE);
      }
      removeStale(path);
      channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      bind(channel, path, folder);
      channel.configureBlocking(false);
      return new ListeningSocket(channel, path);
    } catch (IOException e) {
      closeQuietly(channel);
      throw new MidplaneException(
          ErrorCode.IO_FAILED,
          "socket " + path + ": " + e + " (expected: a folder that can be written)",
          e);
    }
  }

  private static void checkLength(Path path) {
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_BYTES) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "socket " + path + ": " + length + " bytes (expected: up to 107); choose a shorter path");
    }
  }

  private static void bind(ServerSocketChannel channel, Path path, Path folder) throws IOException {
    Path hidden = Files.createTempDirectory(folder, ".xs", PRIVATE);
    try {
      Path first = hidden.resolve("s");
      boolean fits = first.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
      Path bound = fits ? first : path;
      channel.bind(UnixDomainSocketAddress.of(bound), BACKLOG);
      Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-------"));
      if (fits) {
        Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      Files.delete(hidden);
    }
  }

  private static void removeStale(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther()) {
      throw taken(path, "it is no socket", "remove it or choose another path");
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(path));
    } catch (ConnectException nobodyListens) {
      Files.deleteIfExists(path);
      LOG.info("XS-0101 replaced the socket {} that a server left behind", path);
      return;
    }
    throw taken(path, "somebody serves there", "stop that one or choose another path");
  }

  private static MidplaneException taken(Path path, String fact, String remedy) {
    return new MidplaneException(
        ErrorCode.ALREADY_EXISTS, "socket " + path + ": " + fact + "; " + remedy);
  }

  private static @Nullable Object fileKey(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  ServerSocketChannel channel() {
    return channel;
  }

  Path path() {
    return path;
  }

  /** Closes the socket and removes its file, unless another one is there by now. */
  @Override
  public void close() {
    closeQuietly(channel);
    try {
      if (Objects.equals(fileKey, fileKey(path))) {
        Files.delete(path);
      }
    } catch (IOException gone) {
      LOG.debug("XS-0102 socket {} was gone already", path);
    }
  }

  private static void closeQuietly(@Nullable ServerSocketChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.debug("XS-0104 closing a socket failed", e);
    }
  }
}
