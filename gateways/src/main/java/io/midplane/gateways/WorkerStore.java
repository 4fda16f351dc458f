package io.midplane.gateways;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.worker.WorkerJar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The worker's jar, as bytes to ship and as a file to start from, and beside it what makes the next
 * start on this machine quicker. The folder is this user's and closed to others, or is not used.
 */
final class WorkerStore {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final Path folder;
  private final ReentrantLock lock = new ReentrantLock();
  private byte @Nullable [] bytes;
  private @Nullable Path jar;
  private @Nullable StartUpCache startUp;

  /**
   * A store in a folder that is made when it is needed.
   *
   * @param folder below it everything has the worker's hash in its name
   */
  WorkerStore(Path folder) {
    this.folder = folder;
  }

  /** Where this user's programs keep what they can make again. */
  static Path defaultFolder() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return base.resolve("midplane").resolve("workers");
  }

  /** The jar's bytes. Blocks: at first, some tens of milliseconds. */
  byte[] bytes() {
    lock.lock();
    try {
      if (bytes == null) {
        var out = new ByteArrayOutputStream();
        WorkerJar.write(out);
        bytes = out.toByteArray();
      }
      return bytes;
    } catch (IOException broken) {
      throw new MidplaneException(
          ErrorCode.IO_FAILED, "worker: cannot be put together: " + broken.getMessage(), broken);
    } finally {
      lock.unlock();
    }
  }

  /** The jar as a file. Blocks: at first. */
  Path jar() {
    lock.lock();
    try {
      if (jar == null || !Files.isRegularFile(jar)) {
        jar = write();
      }
      return jar;
    } catch (IOException broken) {
      throw new MidplaneException(
          ErrorCode.IO_FAILED, "worker: cannot be written: " + broken, broken);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Options that make the next JVM of this very Java begin sooner; none until they are made, which
   * happens in the background.
   */
  List<String> startUpOptions() {
    Path file = jar();
    lock.lock();
    try {
      if (startUp == null) {
        startUp = new StartUpCache(file);
      }
      return startUp.options();
    } finally {
      lock.unlock();
    }
  }

  private Path write() throws IOException {
    byte[] content = bytes();
    Path place = place();
    Path file = place.resolve("worker-" + hash(content) + ".jar");
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.size(file) == content.length) {
      return file;
    }
    Path fresh = Files.createTempFile(place, "worker", ".new");
    Files.write(fresh, content);
    try {
      return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException anotherSystem) {
      return Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** The folder if it can be trusted; a fresh one for this JVM only otherwise. */
  private Path place() throws IOException {
    try {
      Files.createDirectories(folder.getParent() == null ? folder : folder.getParent());
      if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      }
      if (isOurs(folder)) {
        return folder;
      }
    } catch (IOException | UnsupportedOperationException unusable) {
      // A home that cannot be written to: the fresh folder serves as well, once.
    }
    Path fresh = Files.createTempDirectory("midplane-worker");
    fresh.toFile().deleteOnExit();
    return fresh;
  }

  static boolean isOurs(Path folder) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return attributes.isDirectory()
        && attributes.permissions().equals(OWNER_ONLY)
        && attributes.owner().getName().equals(System.getProperty("user.name"));
  }

  private static String hash(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException everyPlatformHasIt) {
      throw new IllegalStateException(everyPlatformHasIt);
    }
  }
}
