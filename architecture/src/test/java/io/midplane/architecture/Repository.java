package io.midplane.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The sources of a checkout: what belongs to the repository, without what a build or a tool made.
 */
record Repository(Path root) {

  private static final Pattern MODULE = Pattern.compile("<module>(.+?)</module>");
  private static final Set<String> NOT_SOURCES =
      Set.of("target", ".git", ".midplane", ".idea", ".settings", ".vscode");

  /** The checkout that this build runs in. */
  static Repository current() {
    String root = System.getProperty("midplane.root");
    if (root == null) {
      throw new IllegalStateException(
          "midplane.root: not set (expected: the root of the checkout); run the tests with mvn");
    }
    return new Repository(Path.of(root));
  }

  /** The modules in the order of the build. */
  List<String> modules() {
    return MODULE.matcher(read(root.resolve("pom.xml"))).results().map(m -> m.group(1)).toList();
  }

  /** Every source file whose path ends so, in a stable order. */
  List<Path> files(String suffix) {
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(root, collectInto(found, suffix));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.stream().sorted().toList();
  }

  /** How a file is called in a message. */
  String name(Path file) {
    return root.relativize(file).toString();
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SimpleFileVisitor<Path> collectInto(List<Path> found, String suffix) {
    return new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        return NOT_SOURCES.contains(folder.getFileName().toString())
            ? FileVisitResult.SKIP_SUBTREE
            : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (attributes.isRegularFile() && file.toString().endsWith(suffix)) {
          found.add(file);
        }
        return FileVisitResult.CONTINUE;
      }
    };
  }
}
