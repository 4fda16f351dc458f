package io.midplane.xenstore;

/** The order of a walk. */
public enum WalkOrder {
  /** A node before its children. */
  TOP_DOWN,
  /** A node after its children, at every level. */
  BOTTOM_UP
}
