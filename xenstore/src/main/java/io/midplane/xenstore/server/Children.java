package io.midplane.xenstore.server;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The children of a node by name, in the order in which they were made; immutable, with shared
 * structure. Few are kept in arrays, many in balanced trees.
 */
abstract sealed class Children permits Children.Few, ManyChildren {
  private static final int MOST_IN_ARRAYS = 16;

  /** No children. */
  static final Children NONE = new Few(new String[0], new Node[0], 0);

  /** How many there are. */
  abstract int size();

  /** The length of all names, each with a NUL. */
  abstract int bytes();

  abstract @Nullable Node get(String name);

  /** A child replaced, or added at the end. */
  abstract Children with(String name, Node child);

  /** Without a child, which exists. */
  abstract Children without(String name);

  /** In order. */
  abstract void forEach(BiConsumer<String, Node> action);

  /** A number that grows in order; of a child that exists. */
  abstract long position(String name);

  /** Copies whole names with their NULs from an offset into the list, up to a length. */
  final byte[] part(int offset, int most) {
    NamePart part = new NamePart(offset, Math.min(most, bytes() - offset));
    collect(part);
    return part.bytes();
  }

  /** All names, each with a NUL. */
  final byte[] names() {
    return part(0, bytes());
  }

  abstract void collect(NamePart part);

  /** Up to sixteen, in arrays. */
  static final class Few extends Children {
    private final String[] names;
    private final Node[] nodes;
    private final int bytes;

    private Few(String[] names, Node[] nodes, int bytes) {
      this.names = names;
      this.nodes = nodes;
      this.bytes = bytes;
    }

    @Override
    int size() {
      return names.length;
    }

    @Override
    int bytes() {
      return bytes;
    }

    private int indexOf(String name) {
      for (int at = 0; at < names.length; at++) {
        if (names[at].equals(name)) {
          return at;
        }
      }
      return -1;
    }

    @Override
    @Nullable Node get(String name) {
      int at = indexOf(name);
      return at < 0 ? null : nodes[at];
    }

    @Override
    Children with(String name, Node child) {
      int at = indexOf(name);
      if (at >= 0) {
        Node[] replaced = nodes.clone();
        replaced[at] = child;
        return new Few(names, replaced, bytes);
      }
      int size = names.length;
      if (size == MOST_IN_ARRAYS) {
        return ManyChildren.of(names, nodes).with(name, child);
      }
      String[] moreNames = Arrays.copyOf(names, size + 1);
      Node[] moreNodes = Arrays.copyOf(nodes, size + 1);
      moreNames[size] = name;
      moreNodes[size] = child;
      return new Few(moreNames, moreNodes, bytes + name.length() + 1);
    }

    @Override
    Children without(String name) {
      int at = indexOf(name);
      int size = names.length;
      if (size == 1) {
        return NONE;
      }
      String[] fewerNames = Arrays.copyOf(names, size - 1);
      Node[] fewerNodes = Arrays.copyOf(nodes, size - 1);
      System.arraycopy(names, at + 1, fewerNames, at, size - at - 1);
      System.arraycopy(nodes, at + 1, fewerNodes, at, size - at - 1);
      return new Few(fewerNames, fewerNodes, bytes - name.length() - 1);
    }

    @Override
    void forEach(BiConsumer<String, Node> action) {
      for (int at = 0; at < names.length; at++) {
        action.accept(names[at], nodes[at]);
      }
    }

    @Override
    long position(String name) {
      return indexOf(name);
    }

    @Override
    void collect(NamePart part) {
      for (String name : names) {
        if (!part.add(name)) {
          return;
        }
      }
    }
  }
}
