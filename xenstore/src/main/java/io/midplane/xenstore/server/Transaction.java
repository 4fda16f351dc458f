package io.midplane.xenstore.server;

import io.midplane.xenstore.server.Conflict.Kind;
import io.midplane.xenstore.server.Node.Change;
import io.midplane.xenstore.wire.ErrorName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An open transaction: the tree as it was at the start, a tree of its own, and every path it
 * touched. It commits if none of these paths changed meanwhile; the cost is that of what it
 * touched, however large the store is.
 */
final class Transaction implements Workspace {
  private final int id;
  private final Connection owner;
  private final Store store;
  private final int mostTouched;
  private final Tree start;
  private final Map<String, Touch> touches = new LinkedHashMap<>();
  private final Ledger ledger = new Ledger();
  private Tree tree;
  private boolean failed;

  /** What a transaction did with a path. */
  private static final class Touch {
    private boolean written;
    private boolean told;
    private boolean removed;
    private boolean access;
  }

  Transaction(int id, Connection owner, Store store, int mostTouched) {
    this.id = id;
    this.owner = owner;
    this.store = store;
    this.mostTouched = mostTouched;
    this.start = store.tree();
    this.tree = start;
  }

  int id() {
    return id;
  }

  @Override
  public Tree tree() {
    return tree;
  }

  @Override
  public void touched(String path) {
    touch(path);
  }

  private Touch touch(String path) {
    Touch touch = touches.get(path);
    if (touch == null) {
      if (!owner.domain().isPrivileged() && touches.size() >= mostTouched) {
        throw Refusal.of(ErrorName.ENOSPC);
      }
      touch = new Touch();
      touches.put(path, touch);
    }
    return touch;
  }

  /** A node that is made comes behind all others, so that a commit makes them in this order. */
  private Touch make(String path) {
    Touch before = touches.remove(path);
    Touch touch = touch(path);
    if (before != null) {
      touch.removed = before.removed;
      touch.told = before.told;
    }
    touch.written = true;
    return touch;
  }

  @Override
  public void wrote(Tree after, Edit edit) {
    if (edit.isNew()) {
      touch(edit.lowest());
      String path = edit.path();
      for (int end = next(path, edit.lowest()); end < path.length(); end = next(path, end)) {
        make(path.substring(0, end));
      }
      make(path).told = true;
    } else {
      Touch touch = touch(edit.path());
      touch.written = true;
      touch.told = true;
    }
    tree = after;
  }

  private static int next(String path, String lowest) {
    return next(path, lowest.length() == 1 ? 0 : lowest.length());
  }

  private static int next(String path, int end) {
    int slash = path.indexOf('/', end + 1);
    return slash < 0 ? path.length() : slash;
  }

  @Override
  public void setAccess(Tree after, Edit edit) {
    Touch touch = touch(edit.path());
    touch.written = true;
    touch.told = true;
    touch.access = true;
    tree = after;
  }

  @Override
  public void removed(Tree after, Edit edit) {
    touch(Tree.parent(edit.path()));
    Touch touch = touch(edit.path());
    touch.written = true;
    touch.told = true;
    touch.removed = true;
    tree = after;
  }

  @Override
  public int nodesOf(Domain domain) {
    return store.nodesOf(domain) + ledger.nodes(domain.id());
  }

  @Override
  public long bytesOf(Domain domain) {
    return store.bytesOf(domain) + ledger.bytes(domain.id());
  }

  @Override
  public void account(Node node, int count) {
    ledger.add(node, count);
  }

  @Override
  public boolean hasGuestNodes() {
    return store.hasGuestNodes() || !ledger.isEmpty();
  }

  /** Whether the domain would own more nodes by it. */
  boolean adds(Domain domain) {
    return ledger.nodes(domain.id()) > 0;
  }

  /** A quota was passed inside it. */
  void fail() {
    failed = true;
  }

  /** Whether a quota was passed inside it: it can only be aborted. */
  boolean hasFailed() {
    return failed;
  }

  /** The first path that somebody else changed since the start, or null if it may commit. */
  @Nullable Conflict conflict(IntFunction<String> names) {
    Tree now = store.tree();
    if (now == start) {
      return null;
    }
    for (Map.Entry<String, Touch> entry : touches.entrySet()) {
      String path = entry.getKey();
      Node before = start.get(path);
      Node current = now.get(path);
      if (before == current) {
        continue;
      }
      if (before == null || current == null || before.generation() != current.generation()) {
        return conflict(path, before, current, names);
      }
      if (entry.getValue().removed) {
        return below(path, before, current, names);
      }
    }
    return null;
  }

  private Conflict conflict(
      String path, @Nullable Node before, @Nullable Node current, IntFunction<String> names) {
    Tree now = store.tree();
    Kind kind = before == null ? Kind.CREATED : current == null ? Kind.REMOVED : Kind.CHANGED;
    Node left = current == null ? now.get(now.nearest(path)) : current;
    int writer = left == null ? 0 : left.writer();
    return new Conflict(id, owner.id(), path, kind, writer, names.apply(writer));
  }

  /** The change below a node that was removed here: its own generation is the same. */
  private Conflict below(String path, Node before, Node current, IntFunction<String> names) {
    Conflict[] found = new Conflict[1];
    current
        .children()
        .forEach((name, child) -> {
          Node old = before.children().get(name);
          if (found[0] == null && old != null && old != child) {
            String at = Tree.child(path, name);
            found[0] =
                old.generation() == child.generation()
                    ? below(at, old, child, names)
                    : conflict(at, old, child, names);
          }
        });
    return found[0] == null ? conflict(path, before, current, names) : found[0];
  }

  /** Makes its changes everyone's and tells the watchers; {@link #conflict} found none. */
  void commit() {
    Tree now = store.tree();
    Tree merged = now == start ? tree : merged(now);
    store.replace(merged);
    store.ledger().add(ledger);
    touches.forEach((path, touch) -> tell(path, touch, merged));
  }

  private Tree merged(Tree now) {
    Tree merged = now;
    for (Map.Entry<String, Touch> entry : touches.entrySet()) {
      if (entry.getValue().written) {
        merged = merged(merged, entry.getKey(), entry.getValue());
      }
    }
    return merged;
  }

  private Tree merged(Tree base, String path, Touch touch) {
    Node mine = tree.get(path);
    Node theirs = base.get(path);
    Change change = store.change(owner.id());
    Tree merged = base;
    if (theirs != null && (mine == null || (touch.removed && start.get(path) != null))) {
      merged = merged.without(path, change);
      theirs = null;
    }
    if (mine == null) {
      return merged;
    }
    Node node =
        theirs == null
            ? Node.empty(mine.access(), 0, 0).changed(mine.value(), mine.access(), change)
            : theirs.changed(mine.value(), mine.access(), change);
    return merged.with(path, node, change);
  }

  private void tell(String path, Touch touch, Tree merged) {
    if (!touch.told) {
      return;
    }
    Node before = start.get(path);
    Node after = merged.get(path);
    Node shown = after == null ? before : after;
    if (shown == null) {
      return;
    }
    Watches watches = store.watches();
    if (path.charAt(0) == '@') {
      watches.specialChanged(path, shown);
      return;
    }
    if (touch.removed && before != null) {
      watches.removedBelow(path, before, after);
    }
    Access old = touch.access && before != null ? before.access() : null;
    watches.changed(path, shown, old, merged);
  }
}
