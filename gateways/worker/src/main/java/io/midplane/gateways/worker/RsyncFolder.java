package io.midplane.gateways.worker;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A folder that files are received into, held open: what is done in it is done relative to it and
 * follows no link, so that no name and no link leads elsewhere. Making folders and links is by
 * path, since Java has it no other way; what was made elsewhere then is not found here, and
 * refused.
 */
final class RsyncFolder implements Closeable {
  private static final PosixFilePermission[] BITS = PosixFilePermission.values();
  private static final int ALL = 0777;
  private static final int OWN = 0700;
  private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS);
  private static final Set<OpenOption> CREATE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, NOFOLLOW_LINKS);
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path path;
  private final SecureDirectoryStream<Path> stream;

  private RsyncFolder(Path path, SecureDirectoryStream<Path> stream) {
    this.path = path;
    this.stream = stream;
  }

  /** Opens a folder that is trusted. */
  static RsyncFolder open(Path path) throws IOException {
    DirectoryStream<Path> opened = Files.newDirectoryStream(path);
    if (opened instanceof SecureDirectoryStream<Path> secure) {
      return new RsyncFolder(path, secure);
    }
    opened.close();
    throw new MidplaneException(
        ErrorCode.UNSUPPORTED,
        path + ": this system has no way to hold a folder open; receive files on Linux");
  }

  /** Opens a folder within. */
  RsyncFolder enter(String name) throws IOException {
    Path file = RsyncNames.file(name);
    try {
      return new RsyncFolder(path.resolve(file), stream.newDirectoryStream(file, NOFOLLOW_LINKS));
    } catch (NoSuchFileException | AccessDeniedException known) {
      throw known;
    } catch (FileSystemException other) {
      if (isLink(name)) {
        throw new MidplaneException(
            ErrorCode.NOT_ALLOWED,
            path.resolve(file) + ": is a link, and nothing is written through links; remove it",
            other);
      }
      throw other;
    }
  }

  private boolean isLink(String name) throws IOException {
    PosixFileAttributes status = status(name);
    return status != null && status.isSymbolicLink();
  }

  /** What there is of this name; null if nothing is. */
  @Nullable PosixFileAttributes status(String name) throws IOException {
    try {
      return view(name).readAttributes();
    } catch (NoSuchFileException missing) {
      return null;
    }
  }

  /** Makes a folder for its owner only, and opens it. */
  RsyncFolder make(String name) throws IOException {
    Files.createDirectory(
        path.resolve(RsyncNames.file(name)),
        PosixFilePermissions.asFileAttribute(permissions(OWN)));
    return enter(name);
  }

  /** A file as it is. */
  SeekableByteChannel read(String name) throws IOException {
    return stream.newByteChannel(RsyncNames.file(name), READ);
  }

  /** A file under a name that nobody has, to be put in its place when it is complete. */
  RsyncFile create() throws IOException {
    String name = freshName();
    return new RsyncFile(this, name, stream.newByteChannel(RsyncNames.file(name), CREATE, PRIVATE));
  }

  /** Puts a link in the place of whatever is there. */
  void link(String name, String target) throws IOException {
    String fresh = freshName();
    Files.createSymbolicLink(path.resolve(fresh), RsyncNames.file(target));
    put(fresh, name);
  }

  /** Gives a file its name, in the place of whatever has it. */
  void put(String fresh, String name) throws IOException {
    PosixFileAttributes status = status(name);
    if (status != null && status.isDirectory()) {
      remove(name);
    }
    stream.move(RsyncNames.file(fresh), stream, RsyncNames.file(name));
  }

  void setTime(String name, FileTime time) throws IOException {
    view(name).setTimes(time, time, null);
  }

  void setMode(String name, int mode) throws IOException {
    try {
      view(name).setPermissions(permissions(mode));
    } catch (AccessDeniedException unreadable) {
      // It is opened for this, and its own mode forbids that.
      PosixFileAttributes status = status(name);
      if (status == null || status.isSymbolicLink()) {
        throw unreadable;
      }
      Files.setPosixFilePermissions(path.resolve(RsyncNames.file(name)), permissions(mode));
    }
  }

  /** Removes what is there, and what is in it, and no more: links are removed, not followed. */
  void remove(String name) throws IOException {
    PosixFileAttributes status = status(name);
    if (status == null) {
      return;
    }
    if (!status.isDirectory()) {
      stream.deleteFile(RsyncNames.file(name));
      return;
    }
    if ((mode(status) & OWN) != OWN) {
      setMode(name, OWN);
    }
    try (RsyncFolder within = enter(name)) {
      within.keepOnly(Set.of());
    }
    stream.deleteDirectory(RsyncNames.file(name));
  }

  /** Removes all but these names; once for a folder that was opened. */
  void keepOnly(Set<String> names) throws IOException {
    try {
      for (Path each : stream) {
        String name = each.getFileName().toString();
        if (!names.contains(name)) {
          remove(name);
        }
      }
    } catch (DirectoryIteratorException broken) {
      throw broken.getCause();
    }
  }

  private PosixFileAttributeView view(String name) {
    return stream.getFileAttributeView(
        RsyncNames.file(name), PosixFileAttributeView.class, NOFOLLOW_LINKS);
  }

  private static String freshName() {
    return ".midplane-rsync-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
  }

  /** The nine bits of who may do what. */
  static int mode(PosixFileAttributes status) {
    int mode = 0;
    for (PosixFilePermission permission : status.permissions()) {
      mode |= 1 << BITS.length - 1 - permission.ordinal();
    }
    return mode;
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (PosixFilePermission permission : BITS) {
      if ((mode & ALL & 1 << BITS.length - 1 - permission.ordinal()) != 0) {
        permissions.add(permission);
      }
    }
    return permissions;
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
