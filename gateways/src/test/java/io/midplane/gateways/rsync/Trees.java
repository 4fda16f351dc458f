package io.midplane.gateways.rsync;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Trees of files of tests. */
final class Trees {
  static final Instant TIME = Instant.ofEpochSecond(1_600_000_000L, 123_456_789);

  private Trees() {}

  static void write(Path file, String content) throws IOException {
    write(file, content, "rw-r--r--", TIME);
  }

  static void write(Path file, String content, String mode, Instant time) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  /** What is below a folder: kind, mode, time to the microsecond, content. */
  static SortedMap<String, String> of(Path root) throws IOException {
    SortedMap<String, String> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        if (!each.equals(root)) {
          found.put(root.relativize(each).toString(), describe(root, each));
        }
      }
    }
    return found;
  }

  private static String describe(Path root, Path each) throws IOException {
    if (Files.isSymbolicLink(each)) {
      return "link " + Files.readSymbolicLink(each).toString().replace(root.toString(), "ROOT");
    }
    String mode =
        PosixFilePermissions.toString(Files.getPosixFilePermissions(each, NOFOLLOW_LINKS));
    if (Files.isDirectory(each, NOFOLLOW_LINKS)) {
      return "folder " + mode;
    }
    // A double holds a time of today to a quarter of a microsecond.
    long micros = Files.getLastModifiedTime(each).toInstant().toEpochMilli();
    return "file "
        + mode
        + " "
        + micros
        + " "
        + java.util.Arrays.hashCode(Files.readAllBytes(each));
  }
}
