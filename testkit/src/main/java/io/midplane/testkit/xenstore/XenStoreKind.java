package io.midplane.testkit.xenstore;

/** The servers that one specification is run against. */
public enum XenStoreKind {
  /** The C xenstored of Xen 4.17. */
  C,
  /** The oxenstored of Xen 4.17. */
  OCAML,
  /** The server of Midplane. */
  MIDPLANE
}
