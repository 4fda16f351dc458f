package io.midplane.xenstore.server;

import io.midplane.xenstore.server.Node.Change;
import org.jspecify.annotations.Nullable;

/** Where a request works: on the tree that everyone sees, or on a transaction's own. */
interface Workspace {

  /** The tree as this request sees it. */
  Tree tree();

  /** The request looked at a path, whether there is a node or not. */
  void touched(String path);

  /** A value was written, to a node that was there or is new. */
  void wrote(Tree after, Edit edit);

  /** The permissions of a node, or of a special one, were set. */
  void setAccess(Tree after, Edit edit);

  /** A node was removed with all below it; {@link Edit#node()} is what it was. */
  void removed(Tree after, Edit edit);

  /** How many nodes a guest owns here. */
  int nodesOf(Domain domain);

  /** The bytes of the nodes a guest owns here. */
  long bytesOf(Domain domain);

  /** Adds a node's charge to its owner's account, or takes it away. */
  void account(Node node, int count);

  /** Whether any guest owns a node here. */
  boolean hasGuestNodes();

  /** A change of one node, as it is handed to a workspace. */
  record Edit(String path, Node node, @Nullable Node before, String lowest, Change change) {
    /** Whether the node is new; {@link #lowest()} is then the lowest node that was there. */
    boolean isNew() {
      return before == null;
    }
  }
}
