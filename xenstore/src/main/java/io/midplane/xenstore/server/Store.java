package io.midplane.xenstore.server;

import io.midplane.xenstore.server.Node.Change;

/** The tree that everyone sees, and who is told of its changes. */
final class Store implements Workspace {
  private final Watches watches = new Watches();
  private final Ledger ledger = new Ledger();
  private volatile Tree tree;
  private long lastGeneration;

  Store() {
    tree = Tree.empty(change(0));
  }

  @Override
  public Tree tree() {
    return tree;
  }

  Watches watches() {
    return watches;
  }

  Ledger ledger() {
    return ledger;
  }

  /** A new change by a connection of that number, 0 for the server itself. */
  Change change(int writer) {
    return new Change(++lastGeneration, writer);
  }

  /** Another tree, without telling anyone. */
  void replace(Tree other) {
    tree = other;
  }

  @Override
  public void touched(String path) {
    // what everyone sees has no memory of who looked
  }

  @Override
  public void wrote(Tree after, Edit edit) {
    tree = after;
    watches.changed(edit.path(), edit.node(), null, after);
  }

  @Override
  public void setAccess(Tree after, Edit edit) {
    tree = after;
    if (edit.path().charAt(0) == '@') {
      watches.specialChanged(edit.path(), edit.node());
    } else {
      Node before = edit.before();
      watches.changed(edit.path(), edit.node(), before == null ? null : before.access(), after);
    }
  }

  @Override
  public void removed(Tree after, Edit edit) {
    tree = after;
    watches.removedBelow(edit.path(), edit.node(), null);
    watches.changed(edit.path(), edit.node(), null, after);
  }

  @Override
  public int nodesOf(Domain domain) {
    return ledger.nodes(domain.id());
  }

  @Override
  public long bytesOf(Domain domain) {
    return ledger.bytes(domain.id());
  }

  @Override
  public void account(Node node, int count) {
    ledger.add(node, count);
  }

  @Override
  public boolean hasGuestNodes() {
    return !ledger.isEmpty();
  }
}
