package io.midplane.xenstore.server;

import org.jspecify.annotations.Nullable;

/**
 * A balanced tree of names, immutable: each operation answers a new one that shares what it did not
 * change. Ordered by name, with a node each; or by sequence number, without.
 */
final class Branch {
  private final @Nullable Branch left;
  private final @Nullable Branch right;
  private final String name;
  private final long sequence;
  private final @Nullable Node node;
  private final int bytes;
  private final int height;

  private Branch(
      @Nullable Branch left,
      String name,
      long sequence,
      @Nullable Node node,
      @Nullable Branch right) {
    this.left = left;
    this.right = right;
    this.name = name;
    this.sequence = sequence;
    this.node = node;
    this.bytes = bytes(left) + name.length() + 1 + bytes(right);
    this.height = 1 + Math.max(height(left), height(right));
  }

  @Nullable Branch left() {
    return left;
  }

  @Nullable Branch right() {
    return right;
  }

  String name() {
    return name;
  }

  long sequence() {
    return sequence;
  }

  @Nullable Node node() {
    return node;
  }

  /** The length of all names in it, each with a NUL. */
  int bytes() {
    return bytes;
  }

  static int bytes(@Nullable Branch branch) {
    return branch == null ? 0 : branch.bytes;
  }

  private static int height(@Nullable Branch branch) {
    return branch == null ? 0 : branch.height;
  }

  /** Finds a name in a tree ordered by name. */
  static @Nullable Branch find(@Nullable Branch branch, String name) {
    Branch at = branch;
    while (at != null) {
      int order = name.compareTo(at.name);
      if (order == 0) {
        return at;
      }
      at = order < 0 ? at.left : at.right;
    }
    return null;
  }

  /** Another node for a name that is there, in a tree ordered by name. */
  static @Nullable Branch replaced(@Nullable Branch branch, String name, Node node) {
    if (branch == null) {
      return null;
    }
    int order = name.compareTo(branch.name);
    if (order == 0) {
      return new Branch(branch.left, branch.name, branch.sequence, node, branch.right);
    }
    return order < 0
        ? branch.with(replaced(branch.left, name, node), branch.right)
        : branch.with(branch.left, replaced(branch.right, name, node));
  }

  /** One more name, in a tree ordered by name. */
  static Branch added(@Nullable Branch branch, String name, long sequence, Node node) {
    if (branch == null) {
      return new Branch(null, name, sequence, node, null);
    }
    return name.compareTo(branch.name) < 0
        ? branch.balanced(added(branch.left, name, sequence, node), branch.right)
        : branch.balanced(branch.left, added(branch.right, name, sequence, node));
  }

  /** One more name with the highest number yet, in a tree ordered by number. */
  static Branch appended(@Nullable Branch branch, String name, long sequence) {
    if (branch == null) {
      return new Branch(null, name, sequence, null, null);
    }
    return branch.balanced(branch.left, appended(branch.right, name, sequence));
  }

  /** Without a name, in a tree ordered by name. */
  static @Nullable Branch removed(@Nullable Branch branch, String name) {
    if (branch == null) {
      return null;
    }
    int order = name.compareTo(branch.name);
    if (order == 0) {
      return joined(branch.left, branch.right);
    }
    return order < 0
        ? branch.balanced(removed(branch.left, name), branch.right)
        : branch.balanced(branch.left, removed(branch.right, name));
  }

  /** Without a number, in a tree ordered by number. */
  static @Nullable Branch removed(@Nullable Branch branch, long sequence) {
    if (branch == null) {
      return null;
    }
    if (sequence == branch.sequence) {
      return joined(branch.left, branch.right);
    }
    return sequence < branch.sequence
        ? branch.balanced(removed(branch.left, sequence), branch.right)
        : branch.balanced(branch.left, removed(branch.right, sequence));
  }

  private static @Nullable Branch joined(@Nullable Branch left, @Nullable Branch right) {
    if (left == null) {
      return right;
    }
    if (right == null) {
      return left;
    }
    Branch first = right;
    while (first.left != null) {
      first = first.left;
    }
    return first.balanced(left, withoutFirst(right));
  }

  private static @Nullable Branch withoutFirst(Branch branch) {
    return branch.left == null
        ? branch.right
        : branch.balanced(withoutFirst(branch.left), branch.right);
  }

  private Branch with(@Nullable Branch newLeft, @Nullable Branch newRight) {
    return new Branch(newLeft, name, sequence, node, newRight);
  }

  /** This entry between two trees whose heights differ by two at most. */
  private Branch balanced(@Nullable Branch newLeft, @Nullable Branch newRight) {
    int difference = height(newLeft) - height(newRight);
    if (difference > 1 && newLeft != null) {
      Branch inner = newLeft.right;
      if (inner == null || height(newLeft.left) >= height(inner)) {
        return newLeft.with(newLeft.left, with(inner, newRight));
      }
      return inner.with(newLeft.with(newLeft.left, inner.left), with(inner.right, newRight));
    }
    if (difference < -1 && newRight != null) {
      Branch inner = newRight.left;
      if (inner == null || height(newRight.right) >= height(inner)) {
        return newRight.with(with(newLeft, inner), newRight.right);
      }
      return inner.with(with(newLeft, inner.left), newRight.with(inner.right, newRight.right));
    }
    return with(newLeft, newRight);
  }
}
