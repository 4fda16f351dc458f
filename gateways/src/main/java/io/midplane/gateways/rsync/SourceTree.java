package io.midplane.gateways.rsync;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.FileTimes;
import io.midplane.gateways.wire.Tuple;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A tree of files as it was when it was looked at: the items that say what is there, the links, and
 * which files somebody may ask for. Immutable.
 */
final class SourceTree {
  private static final String ATTRIBUTES =
      "unix:mode,size,lastModifiedTime,isDirectory,isRegularFile,isSymbolicLink";
  private static final String MODE = "mode";

  /** A file that may be asked for. */
  record File(Path path, long size) {}

  private final Path given;
  private final Path root;
  private final Predicate<Path> filter;
  private final List<@Nullable Object> nodes = new ArrayList<>();
  private final List<Tuple> links = new ArrayList<>();
  private final Map<List<String>, File> files = new HashMap<>();

  private SourceTree(Path given, Path root, Predicate<Path> filter) {
    this.given = given;
    this.root = root;
    this.filter = filter;
  }

  /**
   * Looks at a tree. Blocks: reads folders.
   *
   * @throws MidplaneException NOT_FOUND if it is not there, UNSUPPORTED if something in it is no
   *     folder, file or link
   */
  static SourceTree of(Path source, Predicate<Path> filter) throws IOException {
    Path root;
    try {
      root = source.toRealPath();
    } catch (NoSuchFileException missing) {
      throw new MidplaneException(
          ErrorCode.NOT_FOUND, "source: " + source + " is not there", missing);
    }
    SourceTree tree = new SourceTree(source.toAbsolutePath().normalize(), root, filter);
    tree.look(root, List.of());
    return tree;
  }

  /** One item a node, each folder before what is in it. */
  List<@Nullable Object> nodes() {
    return nodes;
  }

  /** One item a link. */
  List<Tuple> links() {
    return links;
  }

  /** The file of these names; null if there is none to ask for. */
  @Nullable File file(List<String> names) {
    return files.get(names);
  }

  /** How many files there are. */
  int fileCount() {
    return files.size();
  }

  private void look(Path path, List<String> names) throws IOException {
    Map<String, Object> attributes;
    try {
      attributes = Files.readAttributes(path, ATTRIBUTES, NOFOLLOW_LINKS);
    } catch (NoSuchFileException vanished) {
      nodes.add(Tuple.of(null, 0, 0));
      files.put(names, new File(path, 0));
      return;
    }
    if (isTrue(attributes.get("isDirectory"))) {
      lookIn(path, names, attributes);
    } else if (isTrue(attributes.get("isSymbolicLink"))) {
      nodes.add(null);
      links.add(link(path, names));
    } else if (isTrue(attributes.get("isRegularFile"))
        && attributes.get("size") instanceof Long size
        && attributes.get("lastModifiedTime") instanceof FileTime time) {
      double modified = FileTimes.toSeconds(time);
      nodes.add(Tuple.of(attributes.get(MODE), modified, size));
      files.put(names, new File(path, size));
    } else {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          "source: " + path + " is no folder, file or link; leave it out with a filter");
    }
  }

  private void lookIn(Path folder, List<String> names, Map<String, Object> attributes)
      throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path child : all) {
        if (filter.test(child)) {
          children.add(child);
        }
      }
    }
    List<Object> node = new ArrayList<>();
    node.add(attributes.get(MODE));
    children.forEach(child -> node.add(child.getFileName().toString()));
    nodes.add(node);
    for (Path child : children) {
      List<String> longer = new ArrayList<>(names);
      longer.add(child.getFileName().toString());
      look(child, List.copyOf(longer));
    }
  }

  /** A link into the source by its whole path is one into the target there. */
  private Tuple link(Path path, List<String> names) throws IOException {
    Path target = Files.readSymbolicLink(path);
    String from = String.join("/", names);
    for (Path base : List.of(root, given)) {
      if (target.isAbsolute() && target.normalize().startsWith(base)) {
        String within = base.relativize(target.normalize()).toString();
        return Tuple.of("linkbase", from, within.isEmpty() ? "." : within);
      }
    }
    return Tuple.of("link", from, target.toString());
  }

  private static boolean isTrue(@Nullable Object attribute) {
    return Boolean.TRUE.equals(attribute);
  }
}
