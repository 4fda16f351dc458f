package io.midplane.xenstore;

import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.MessageType;

/** What a server's error name means for the request that got it, and what to do. */
final class Explanations {
  private Explanations() {}

  static String of(Request request, ErrorName name, Session session) {
    String words =
        switch (name.text()) {
          case "ENOENT" -> notThere(request);
          case "EACCES" -> "this domain lacks the right, or must not know whether it exists";
          case "EPERM" -> "only a privileged domain may do that";
          case "EAGAIN" -> "another change came between; run the transaction again";
          case "EBUSY" -> "not possible in this state";
          case "EEXIST" -> "it is there already";
          case "EINVAL" -> "the server does not take that argument";
          case "ENOSYS" -> "the server does not know this request";
          case "E2BIG", "ENOSPC", "EQUOTA", "ENOMEM" -> quota(request.type(), session);
          default -> "";
        };
    return words.isEmpty() ? "" : " (" + words + ")";
  }

  private static String notThere(Request request) {
    return switch (request.type()) {
      case RM -> "neither the node nor its parent exists";
      case TRANSACTION_END -> "no such transaction";
      case UNWATCH -> "no such watch";
      case RELEASE, RESUME, SET_TARGET -> "the domain is not introduced";
      default ->
          request.transaction().isNone()
              ? "no such node"
              : "no such node, or the transaction is not open any more";
    };
  }

  private static String quota(MessageType type, Session session) {
    return switch (type) {
      case WATCH -> "the domain's quota of watches is used up; close some, or raise it";
      case TRANSACTION_START ->
          "the domain's quota of transactions is used up, this connection has "
              + session.transactions
              + " open; end some, or raise it";
      case DIRECTORY -> "the list is longer than a message";
      case WRITE, MKDIR ->
          "a quota of the domain is used up: nodes, size of a node, or nodes in a transaction";
      case SET_PERMS -> "the quota of permissions of a node, or the node's size, is used up";
      default -> "a quota or memory is used up";
    };
  }
}
