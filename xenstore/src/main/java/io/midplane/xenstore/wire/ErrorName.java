package io.midplane.xenstore.wire;

import java.util.Map;
import java.util.OptionalInt;

/**
 * The name of an error as a server sends it, kept as text: servers send names that are in no table.
 *
 * @param text such as {@code ENOENT}
 */
public record ErrorName(String text) {
  /** An argument breaks a rule. */
  public static final ErrorName EINVAL = new ErrorName("EINVAL");

  /** The caller lacks the right, or must not know whether the node exists. */
  public static final ErrorName EACCES = new ErrorName("EACCES");

  /** It is there already. */
  public static final ErrorName EEXIST = new ErrorName("EEXIST");

  /** A directory where none may be. */
  public static final ErrorName EISDIR = new ErrorName("EISDIR");

  /** No such node, watch, transaction or domain. */
  public static final ErrorName ENOENT = new ErrorName("ENOENT");

  /** Out of memory, or a transaction that failed before its end. */
  public static final ErrorName ENOMEM = new ErrorName("ENOMEM");

  /** A quota is exhausted. */
  public static final ErrorName ENOSPC = new ErrorName("ENOSPC");

  /** The server's storage failed; also an unknown transaction, from the OCaml daemon. */
  public static final ErrorName EIO = new ErrorName("EIO");

  /** Not empty. */
  public static final ErrorName ENOTEMPTY = new ErrorName("ENOTEMPTY");

  /** The server does not know this request. */
  public static final ErrorName ENOSYS = new ErrorName("ENOSYS");

  /** Read-only connection. */
  public static final ErrorName EROFS = new ErrorName("EROFS");

  /** Not now, for example a transaction inside a transaction. */
  public static final ErrorName EBUSY = new ErrorName("EBUSY");

  /** The transaction conflicts with another change: run it again. */
  public static final ErrorName EAGAIN = new ErrorName("EAGAIN");

  /** Connected already. */
  public static final ErrorName EISCONN = new ErrorName("EISCONN");

  /** Too long for one message, or too many. */
  public static final ErrorName E2BIG = new ErrorName("E2BIG");

  /** Not permitted, such as giving a node away. */
  public static final ErrorName EPERM = new ErrorName("EPERM");

  /** A quota, in the OCaml daemon's word; it has no number. */
  public static final ErrorName EQUOTA = new ErrorName("EQUOTA");

  /** Local: a transaction is open already. */
  public static final ErrorName EALREADY = new ErrorName("EALREADY");

  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("EPERM", 1),
          Map.entry("ENOENT", 2),
          Map.entry("EIO", 5),
          Map.entry("E2BIG", 7),
          Map.entry("EAGAIN", 11),
          Map.entry("ENOMEM", 12),
          Map.entry("EACCES", 13),
          Map.entry("EBUSY", 16),
          Map.entry("EEXIST", 17),
          Map.entry("EISDIR", 21),
          Map.entry("EINVAL", 22),
          Map.entry("ENOSPC", 28),
          Map.entry("EROFS", 30),
          Map.entry("ENOSYS", 38),
          Map.entry("ENOTEMPTY", 39),
          Map.entry("EISCONN", 106),
          Map.entry("EALREADY", 114));

  /** Linux' number for the name; empty for a name Linux does not have. */
  public OptionalInt number() {
    Integer number = NUMBERS.get(text);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  @Override
  public String toString() {
    return text;
  }
}
