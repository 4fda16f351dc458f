package io.midplane.xenstore;

import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.XenStoreException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Visits a tree node by node; keeps the way to the node it is at, never the whole tree. */
final class Walk implements Iterator<WalkedNode> {

  /** A node on the way, and the children that are still to come. */
  private record Step(WalkedNode node, Iterator<String> left) {}

  private final Nodes nodes;
  private final WalkOrder order;
  private final Deque<Step> way = new ArrayDeque<>();
  private @Nullable WalkedNode next;

  Walk(Nodes nodes, WalkOrder order) {
    this.nodes = nodes;
    this.order = order;
  }

  Stream<WalkedNode> from(String top) {
    enter(top);
    if (next == null) {
      advance();
    }
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL),
        false);
  }

  /** Looks at a node; one that has vanished is passed by. */
  private void enter(String path) {
    try {
      var node = new WalkedNode(path, nodes.read(path), List.copyOf(nodes.list(path)));
      way.push(new Step(node, node.children().iterator()));
      if (order == WalkOrder.TOP_DOWN) {
        next = node;
      }
    } catch (XenStoreException e) {
      if (!e.errorName().equals(ErrorName.ENOENT)) {
        throw e;
      }
    }
  }

  private void advance() {
    while (next == null && !way.isEmpty()) {
      Step step = way.peek();
      if (step.left.hasNext()) {
        String path = step.node.path();
        enter((path.equals("/") ? "" : path) + "/" + step.left.next());
      } else {
        way.pop();
        if (order == WalkOrder.BOTTOM_UP) {
          next = step.node;
        }
      }
    }
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      advance();
    }
    return next != null;
  }

  @Override
  public WalkedNode next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException("the walk is at its end; ask hasNext() first");
    }
    WalkedNode node = next;
    next = null;
    return node;
  }
}
