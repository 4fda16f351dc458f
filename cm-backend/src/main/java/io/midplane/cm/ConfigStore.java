package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.ProcessName;
import io.midplane.protocol.SavedConfiguration;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The saved configurations in a folder: {@code NAME.cfg} each, and {@code selected} with the name
 * of the one that a start loads. A file is replaced as a whole or not at all, and is on the disk
 * when a method returns. Blocks: yes, on the disk. Not for two threads at once, reading apart.
 */
final class ConfigStore {

  private static final String SUFFIX = ".cfg";
  private static final String SELECTED = "selected";
  private static final Set<StandardOpenOption> ANEW =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE);
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> FOLDER_OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** What the store does with the disk where that may fail; tests have it fail. */
  interface Disk {

    /** The one of this machine. */
    Disk REAL = new Disk() {};

    /** Opens a file that is to be written anew. */
    default FileChannel create(Path file) throws IOException {
      return FileChannel.open(file, ANEW, OWNER_ONLY);
    }

    /** Opens a file to be read from its begin. */
    default InputStream open(Path file) throws IOException {
      return Files.newInputStream(file);
    }

    /** Brings the names in a folder to the disk. */
    default void force(Path folder) throws IOException {
      try (FileChannel directory = FileChannel.open(folder)) {
        directory.force(true);
      }
    }
  }

  /** Tells one content of a file from another without reading it. */
  record Stamp(String name, @Nullable Object file, FileTime modified, long bytes) {}

  /** Writes the tables of a configuration. */
  @FunctionalInterface
  interface Content {
    void writeTo(ConfigWriter writer) throws IOException;
  }

  @FunctionalInterface
  private interface Bytes {
    void writeTo(OutputStream out) throws IOException;
  }

  private final Path folder;
  private final Disk disk;

  /** Whether the folder's own name is known to be on the disk. */
  private boolean folderIsForced;

  ConfigStore(Path folder) {
    this(folder, Disk.REAL);
  }

  /** With another disk, one that is full for instance. */
  ConfigStore(Path folder, Disk disk) {
    this.folder = folder.toAbsolutePath();
    this.disk = disk;
  }

  /** The saved configurations, by name. */
  List<SavedConfiguration> list() {
    String selected = selected().orElse("");
    List<SavedConfiguration> found = new ArrayList<>();
    for (String name : names()) {
      try {
        found.add(describe(name, name.equals(selected)));
      } catch (NoSuchFileException removedMeanwhile) {
        continue;
      } catch (IOException failure) {
        throw failed("read", file(name), failure);
      }
    }
    return found;
  }

  private List<String> names() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(SUFFIX))
          .map(file -> file.substring(0, file.length() - SUFFIX.length()))
          .filter(ProcessName::isValid)
          .sorted()
          .toList();
    } catch (IOException failure) {
      throw failed("list", folder, failure);
    }
  }

  private SavedConfiguration describe(String name, boolean selected) throws IOException {
    Path file = file(name);
    return new SavedConfiguration(
        name, selected, Files.getLastModifiedTime(file).toInstant(), Files.size(file));
  }

  /** The configuration that a start loads; empty if none was ever selected. */
  Optional<String> selected() {
    Path file = folder.resolve(SELECTED);
    try {
      String name = Files.readString(file).strip();
      if (!ProcessName.isValid(name)) {
        throw new MidplaneException(
            ErrorCode.DAMAGED,
            "%s: line 1: \"%s\" (expected: the name of a configuration); select one with use"
                .formatted(file, name));
      }
      return Optional.of(name);
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException failure) {
      throw failed("read", file, failure);
    }
  }

  /** Makes a configuration the one that a start loads. */
  void select(String name) {
    replace(
        folder.resolve(SELECTED), out -> out.write((name + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  boolean exists(String name) {
    return Files.exists(file(name));
  }

  /**
   * Reads a configuration, all of it before anything is answered.
   *
   * @param wanted which tables to answer
   * @throws MidplaneException NOT_FOUND, or DAMAGED with the line and the reason
   */
  SavedContent read(String name, Predicate<String> wanted) {
    Path file = file(name);
    try (InputStream in = new BufferedInputStream(disk.open(file), 1 << 16)) {
      return ConfigReader.read(name, in, wanted);
    } catch (NoSuchFileException missing) {
      throw notSaved(name, missing);
    } catch (IOException failure) {
      throw failed("read", file, failure);
    }
  }

  /**
   * What tells this content of a configuration from any other.
   *
   * @throws MidplaneException NOT_FOUND
   */
  Stamp stamp(String name) {
    Path file = file(name);
    try {
      var now = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(name, now.fileKey(), now.lastModifiedTime(), now.size());
    } catch (NoSuchFileException missing) {
      throw notSaved(name, missing);
    } catch (IOException failure) {
      throw failed("read", file, failure);
    }
  }

  private MidplaneException notSaved(String name, IOException missing) {
    List<String> saved = names();
    return new MidplaneException(
        ErrorCode.NOT_FOUND,
        "configuration %s: not saved (expected: %s); its file would be %s"
            .formatted(name, saved.isEmpty() ? "none is" : String.join(", ", saved), file(name)),
        missing);
  }

  /** Writes a configuration in place of the one of that name, if there is one. */
  SavedConfiguration write(String name, Instant now, Content content) {
    replace(
        file(name),
        out -> {
          ConfigWriter writer = new ConfigWriter(out, now);
          content.writeTo(writer);
          writer.end();
        });
    try {
      return describe(name, false);
    } catch (IOException failure) {
      throw failed("read", file(name), failure);
    }
  }

  /**
   * Beside it first, then to the disk, then in its place; the place, too, is brought to the disk.
   */
  private void replace(Path file, Bytes content) {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try {
      makeFolder();
      try (FileChannel channel = disk.create(temporary)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw failed("write", file, failure);
    } finally {
      removeQuietly(temporary);
    }
    try {
      disk.force(folder);
    } catch (IOException failure) {
      throw new MidplaneException(
          ErrorCode.IO_FAILED,
          ("%s: the new one is in its place, but not for certain on the disk: %s; after a power"
                  + " failure the former one may be back; save again")
              .formatted(file, reason(failure)),
          failure);
    }
  }

  /** Also one that another process made, which may have died before it was on the disk. */
  private void makeFolder() throws IOException {
    Files.createDirectories(folder, FOLDER_OWNER_ONLY);
    Path parent = folder.getParent();
    if (!folderIsForced && parent != null) {
      disk.force(parent);
    }
    folderIsForced = true;
  }

  private static void removeQuietly(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException staysBehind) {
      // The next write of that name replaces it; nothing reads it.
    }
  }

  private Path file(String name) {
    return folder.resolve(ProcessName.check(name, "configuration name") + SUFFIX);
  }

  private static MidplaneException failed(String what, Path file, IOException failure) {
    return new MidplaneException(
        ErrorCode.IO_FAILED,
        "%s: cannot %s it: %s; what was there before is unchanged"
            .formatted(file, what, reason(failure)),
        failure);
  }

  /** The message of a file system's error is only the path, unless it has a reason. */
  private static String reason(IOException failure) {
    if (failure instanceof FileSystemException named) {
      String reason = named.getReason();
      return reason != null ? reason : named.getClass().getSimpleName();
    }
    return String.valueOf(failure.getMessage());
  }
}
