package io.midplane.xenstore.server;

import io.midplane.xenstore.server.Node.Change;
import io.midplane.xenstore.wire.StorePath;
import org.jspecify.annotations.Nullable;

/**
 * All nodes at one moment, immutable: those below {@code /}, and the two special ones, which have
 * permissions and nothing else. Paths are absolute or those of the special nodes.
 */
record Tree(Node root, Node introduce, Node release) {

  /** A tree with the root alone. */
  static Tree empty(Change change) {
    Node node = Node.empty(Access.closed(), change.generation(), change.writer());
    return new Tree(node, node, node);
  }

  @Nullable Node get(String path) {
    if (path.charAt(0) == '@') {
      return special(path);
    }
    Node at = root;
    int length = path.length();
    for (int from = 1; from < length; ) {
      int end = endOfName(path, from);
      at = at.children().get(path.substring(from, end));
      if (at == null) {
        return null;
      }
      from = end + 1;
    }
    return at;
  }

  private @Nullable Node special(String path) {
    return switch (path) {
      case StorePath.INTRODUCE_DOMAIN -> introduce;
      case StorePath.RELEASE_DOMAIN -> release;
      default -> null;
    };
  }

  /** The number of a node's last change, or -1 if there is no such node. */
  long generation(String path) {
    Node node = get(path);
    return node == null ? -1 : node.generation();
  }

  /** The longest beginning of the path that is the path of a node. */
  String nearest(String path) {
    if (path.charAt(0) == '@') {
      return "/";
    }
    Node at = root;
    int length = path.length();
    int known = 0;
    for (int from = 1; from < length; ) {
      int end = endOfName(path, from);
      at = at.children().get(path.substring(from, end));
      if (at == null) {
        break;
      }
      known = end;
      from = end + 1;
    }
    return known == 0 ? "/" : path.substring(0, known);
  }

  /**
   * A node put in its place. Missing ones above it are made like it, without a value; then the
   * lowest node that was there has changed as well.
   */
  Tree with(String path, Node node, Change change) {
    return switch (path) {
      case StorePath.INTRODUCE_DOMAIN -> new Tree(root, node, release);
      case StorePath.RELEASE_DOMAIN -> new Tree(root, introduce, node);
      default -> new Tree(placed(root, path, 1, node, change), introduce, release);
    };
  }

  private static Node placed(Node at, String path, int from, Node node, Change change) {
    if (from >= path.length()) {
      return node;
    }
    int end = endOfName(path, from);
    String name = path.substring(from, end);
    Node child = at.children().get(name);
    if (child != null) {
      return at.withChild(name, placed(child, path, end + 1, node, change));
    }
    Node fresh = branch(path, end + 1, node, change);
    return at.withChildren(at.children().with(name, fresh), change);
  }

  private static Node branch(String path, int from, Node node, Change change) {
    if (from >= path.length()) {
      return node;
    }
    int end = endOfName(path, from);
    Node below = branch(path, end + 1, node, change);
    Node made = Node.empty(node.access(), change.generation(), change.writer());
    return made.withChild(path.substring(from, end), below);
  }

  /** Without a node, which exists and is not the root, and all below it. */
  Tree without(String path, Change change) {
    return new Tree(cut(root, path, 1, change), introduce, release);
  }

  private static Node cut(Node at, String path, int from, Change change) {
    int end = endOfName(path, from);
    String name = path.substring(from, end);
    if (end == path.length()) {
      return at.withChildren(at.children().without(name), change);
    }
    Node child = at.children().get(name);
    return child == null ? at : at.withChild(name, cut(child, path, end + 1, change));
  }

  /** The path of the node above; of a path below the root. */
  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  /** The path of a child. */
  static String child(String path, String name) {
    return path.length() == 1 ? "/" + name : path + "/" + name;
  }

  private static int endOfName(String path, int from) {
    int end = path.indexOf('/', from);
    return end < 0 ? path.length() : end;
  }
}
