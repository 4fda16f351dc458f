package io.midplane.actors;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * The folder where a runtime keeps what survives a restart: its own user's, closed to everyone
 * else. It is not locked here; a node sees to it that it is the only one. Immutable.
 */
public final class DataDirectory {

  private static final Path ME = Path.of("/proc/self");
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  private final Path path;

  private DataDirectory(Path path) {
    this.path = path;
  }

  /**
   * The folder at a path, made with mode 0700 (and so are missing folders above it) if it is not
   * there yet. Nothing in it is opened. Blocks: for the file system only.
   *
   * @throws MidplaneException NOT_ALLOWED, with path, owner, mode and remedy, if it belongs to
   *     another user or grants anything to group or others; INVALID_ARGUMENT if it is no folder;
   *     IO_FAILED if it cannot be made or looked at
   */
  public static DataDirectory open(Path path) {
    return open(path, ME);
  }

  /** The same for the user that owns {@code own}. */
  static DataDirectory open(Path path, Path own) {
    Path absolute = path.toAbsolutePath().normalize();
    try {
      if (!Files.isDirectory(absolute)) {
        create(absolute);
      }
      requirePrivate(absolute, own);
    } catch (IOException failed) {
      throw new MidplaneException(
          ErrorCode.IO_FAILED,
          "data directory %s: cannot be made or read: %s; check the folders above it"
              .formatted(absolute, reason(failed)),
          failed);
    }
    return new DataDirectory(absolute);
  }

  private static String reason(IOException failed) {
    return switch (failed) {
      case NoSuchFileException _ -> "no such folder";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException named when named.getReason() != null -> named.getReason();
      default -> failed.toString();
    };
  }

  /** Where it is; absolute. */
  public Path path() {
    return path;
  }

  /** A folder in it, made with mode 0700 if missing; checked like the directory itself. */
  public Path folder(String name) {
    return open(path.resolve(name)).path();
  }

  @Override
  public String toString() {
    return path.toString();
  }

  private static void create(Path path) throws IOException {
    if (Files.exists(path)) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "data directory %s: is a file (expected: a folder, or nothing yet)".formatted(path));
    }
    FileAttribute<Set<PosixFilePermission>> mode = PosixFilePermissions.asFileAttribute(PRIVATE);
    Files.createDirectories(path, mode);
  }

  private static void requirePrivate(Path path, Path own) throws IOException {
    var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    var attributes = view.readAttributes();
    boolean isOwn =
        Files.getAttribute(path, "unix:uid").equals(Files.getAttribute(own, "unix:uid"));
    Set<PosixFilePermission> wider = EnumSet.noneOf(PosixFilePermission.class);
    wider.addAll(attributes.permissions());
    wider.removeAll(PRIVATE);
    if (isOwn && wider.isEmpty()) {
      return;
    }
    throw new MidplaneException(
        ErrorCode.NOT_ALLOWED,
        "data directory %s: owner %s, mode %s (expected: owner %s, mode rwx------); %s"
            .formatted(
                path,
                attributes.owner().getName(),
                PosixFilePermissions.toString(attributes.permissions()),
                Files.getOwner(own).getName(),
                remedy(path, isOwn, wider)));
  }

  /** A folder that all may write to is one that others use as well. */
  private static String remedy(Path path, boolean isOwn, Set<PosixFilePermission> wider) {
    return isOwn && !wider.contains(PosixFilePermission.OTHERS_WRITE)
        ? "chmod 700 " + path
        : "use a folder of your own";
  }
}
