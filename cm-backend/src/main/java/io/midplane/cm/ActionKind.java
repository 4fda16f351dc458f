package io.midplane.cm;

/** What a request makes an agent do. */
public enum ActionKind {
  /** Answer one row. */
  GET,
  /** Answer the row behind a key; a walk is made of these. */
  GET_NEXT,
  /** Check a change of one row and apply it. */
  SET,
  /** Check a named operation and apply it. */
  OPERATION;

  /** Whether it reads and changes nothing. */
  public boolean isRead() {
    return this == GET || this == GET_NEXT;
  }
}
