package io.midplane.node;

import io.midplane.actors.DataDirectory;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.NodePaths;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Unix socket that only its owner may use, and root. */
final class ListeningSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NorthboundServer.class);
  private static final int BACKLOG = 128;

  private final ServerSocketChannel channel;
  private final Path path;
  private final UserPrincipal owner;
  private final @Nullable Object fileKey;
  private final @Nullable UserPrincipal root;

  private ListeningSocket(ServerSocketChannel channel, Path path) throws IOException {
    this.channel = channel;
    this.path = path;
    this.owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
    this.fileKey = fileKey(path);
    this.root = root(path);
  }

  /**
   * Binds to the path; a socket on which nobody listens any more is replaced. Its folder is made
   * with mode 0700, and refused if it is another owner's or wider.
   *
   * @throws MidplaneException as {@link NorthboundServer#start} says
   */
  static ListeningSocket bind(Path path) {
    NodePaths.checkSocket(path);
    checkFolder(path);
    removeStale(path);
    ServerSocketChannel channel = null;
    try {
      channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      channel.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
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

  /** The folder keeps others out, also in the moment before the socket has its mode. */
  private static Path folderOf(Path path) {
    return Objects.requireNonNull(path.toAbsolutePath().getParent(), "a socket is in a folder");
  }

  private static void checkFolder(Path path) {
    try {
      DataDirectory.open(folderOf(path));
    } catch (MidplaneException refused) {
      throw new MidplaneException(
          refused.code(), "socket %s: %s".formatted(path, refused.getMessage()), refused);
    }
  }

  private static void removeStale(Path path) {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!isSocket(path)) {
      throw taken(path, "it is no socket", "remove it or choose another --socket");
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(path));
    } catch (ConnectException nobodyListens) {
      deleteStale(path);
      return;
    } catch (IOException e) {
      throw new MidplaneException(
          ErrorCode.IO_FAILED, "socket " + path + ": cannot tell whether somebody serves: " + e, e);
    }
    throw taken(path, "somebody serves there", "stop that one or choose another --socket");
  }

  private static void deleteStale(Path path) {
    try {
      Files.deleteIfExists(path);
      LOG.info("NODE-0201 replaced the socket {} that a node left behind", path);
    } catch (IOException e) {
      throw new MidplaneException(
          ErrorCode.IO_FAILED, "socket " + path + ": cannot be replaced: " + e, e);
    }
  }

  private static boolean isSocket(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther();
    } catch (IOException e) {
      return false;
    }
  }

  private static MidplaneException taken(Path path, String fact, String remedy) {
    return new MidplaneException(
        ErrorCode.ALREADY_EXISTS, "socket " + path + ": " + fact + "; " + remedy);
  }

  private static @Nullable UserPrincipal root(Path path) {
    try {
      return path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("root");
    } catch (IOException unknown) {
      return null;
    }
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

  String owner() {
    return owner.getName();
  }

  /** Whether that user may talk to the node: its owner and root. */
  boolean admits(PeerIdentity peer) {
    return peer.user().equals(owner) || peer.user().equals(root);
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
      LOG.debug("NODE-0213 socket {} was gone already", path);
    }
  }

  private static void closeQuietly(@Nullable ServerSocketChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.debug("NODE-0214 closing a socket failed", e);
    }
  }
}
