package io.midplane.xenstore.server;

/**
 * A node of the tree, immutable.
 *
 * @param value the bytes, shared and never changed
 * @param access who may do what
 * @param children the nodes below
 * @param generation number of the last change to the value, the permissions or the list of names
 *     below; unique, so that a node which was removed and made again differs
 * @param writer the connection that made that change
 */
@SuppressWarnings("ArrayRecordComponent")
record Node(byte[] value, Access access, Children children, long generation, int writer) {
  private static final byte[] NO_VALUE = {};
  private static final int HEADER = 16;
  private static final int PER_PERMISSION = 8;

  /** A fresh node without value and children. */
  static Node empty(Access access, long generation, int writer) {
    return new Node(NO_VALUE, access, Children.NONE, generation, writer);
  }

  /** Another value or other permissions. */
  Node changed(byte[] newValue, Access newAccess, Change change) {
    return new Node(newValue, newAccess, children, change.generation(), change.writer());
  }

  /** A child replaced by its new state; the list of names stays, and so does the generation. */
  Node withChild(String name, Node child) {
    return new Node(value, access, children.with(name, child), generation, writer);
  }

  /** Another list of names. */
  Node withChildren(Children newChildren, Change change) {
    return new Node(value, access, newChildren, change.generation(), change.writer());
  }

  /** What it costs its owner in bytes, the names of its children left out. */
  int charge() {
    return HEADER + PER_PERMISSION * access.size() + value.length;
  }

  /** Its size as quotas count it: header, permissions, value and the names of its children. */
  int size() {
    return charge() + children.bytes();
  }

  /** Who makes a change, and the number of the change. */
  record Change(long generation, int writer) {}
}
