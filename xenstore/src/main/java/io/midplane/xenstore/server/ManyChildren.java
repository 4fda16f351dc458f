package io.midplane.xenstore.server;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Many children: one balanced tree by name that holds the nodes, one by order of creation that
 * holds the names. Adding, replacing, removing and finding cost the logarithm of their number.
 */
final class ManyChildren extends Children {
  private final @Nullable Branch byName;
  private final @Nullable Branch byOrder;
  private final int size;
  private final long next;

  private ManyChildren(
      @Nullable Branch byName, @Nullable Branch byOrder, int size, long nextSequence) {
    this.byName = byName;
    this.byOrder = byOrder;
    this.size = size;
    this.next = nextSequence;
  }

  static Children of(String[] names, Node[] nodes) {
    Children children = new ManyChildren(null, null, 0, 0);
    for (int at = 0; at < names.length; at++) {
      children = children.with(names[at], nodes[at]);
    }
    return children;
  }

  @Override
  int size() {
    return size;
  }

  @Override
  int bytes() {
    return Branch.bytes(byOrder);
  }

  @Override
  @Nullable Node get(String name) {
    Branch found = Branch.find(byName, name);
    return found == null ? null : found.node();
  }

  @Override
  Children with(String name, Node child) {
    Branch found = Branch.find(byName, name);
    if (found != null) {
      Branch replaced = Branch.replaced(byName, name, child);
      return new ManyChildren(replaced, byOrder, size, next);
    }
    return new ManyChildren(
        Branch.added(byName, name, next, child),
        Branch.appended(byOrder, name, next),
        size + 1,
        next + 1);
  }

  @Override
  Children without(String name) {
    if (size == 1) {
      return NONE;
    }
    return new ManyChildren(
        Branch.removed(byName, name), Branch.removed(byOrder, position(name)), size - 1, next);
  }

  @Override
  void forEach(BiConsumer<String, Node> action) {
    forEach(byOrder, action);
  }

  private void forEach(@Nullable Branch branch, BiConsumer<String, Node> action) {
    if (branch != null) {
      forEach(branch.left(), action);
      Node child = get(branch.name());
      if (child != null) {
        action.accept(branch.name(), child);
      }
      forEach(branch.right(), action);
    }
  }

  @Override
  long position(String name) {
    Branch found = Branch.find(byName, name);
    return found == null ? -1 : found.sequence();
  }

  @Override
  void collect(NamePart part) {
    collect(byOrder, part);
  }

  private static boolean collect(@Nullable Branch branch, NamePart part) {
    if (branch == null) {
      return true;
    }
    if (part.skip() >= branch.bytes()) {
      part.pass(branch.bytes());
      return true;
    }
    return collect(branch.left(), part) && part.add(branch.name()) && collect(branch.right(), part);
  }
}
