package io.midplane.xenstore;

import static io.midplane.xenstore.wire.MessageType.*;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Permission;
import io.midplane.xenstore.wire.StorePath;
import io.midplane.xenstore.wire.Texts;
import java.util.List;

/**
 * Makes requests of checked arguments and reads the payloads of their answers. A request that may
 * have no payload gets one NUL: some daemons do not look at an empty message until the next byte.
 */
final class Requests {
  private static final byte[] NUL = {0};
  private static final TransactionId NONE = TransactionId.NONE;

  private Requests() {}

  /** About a node, with its path alone. */
  static Request ofNode(MessageType type, TransactionId transaction, String path) {
    return new Request(type, transaction, Texts.join(StorePath.check(path)), path);
  }

  static Request write(TransactionId transaction, String path, byte[] value) {
    return new Request(WRITE, transaction, Texts.withValue(StorePath.check(path), value), path);
  }

  static Request part(TransactionId transaction, String path, int offset) {
    return new Request(
        DIRECTORY_PART, transaction, Texts.join(path, Integer.toString(offset)), path);
  }

  static Request getPermissions(TransactionId transaction, String path) {
    return new Request(GET_PERMS, transaction, Texts.join(StorePath.checkWatched(path)), path);
  }

  static Request setPermissions(
      TransactionId transaction, String path, List<Permission> permissions) {
    if (permissions.isEmpty()) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "permissions of " + path + ": none (expected: at least the owner's)");
    }
    String[] texts = new String[permissions.size() + 1];
    texts[0] = StorePath.checkWatched(path);
    for (int i = 0; i < permissions.size(); i++) {
      texts[i + 1] = permissions.get(i).toString();
    }
    return new Request(SET_PERMS, transaction, Texts.join(texts), path);
  }

  static Request start() {
    return new Request(TRANSACTION_START, NONE, NUL, "");
  }

  static Request end(TransactionId transaction, boolean commit) {
    return new Request(
        TRANSACTION_END, transaction, Texts.join(commit ? "T" : "F"), commit ? "commit" : "abort");
  }

  /** The server's number of a transaction. */
  static int transactionNumber(byte[] payload) {
    String text = Texts.first(payload);
    try {
      return Integer.parseUnsignedInt(text);
    } catch (NumberFormatException e) {
      throw violation("transaction id", text, "a decimal number of 32 bits");
    }
  }

  static Request watch(String path, String token) {
    return new Request(WATCH, NONE, Texts.join(path, token), path);
  }

  static Request watch(String path, String token, int depth) {
    return new Request(WATCH, NONE, Texts.join(path, token, Integer.toString(depth)), path);
  }

  static Request unwatch(String path, String token) {
    return new Request(UNWATCH, NONE, Texts.join(path, token), path);
  }

  static Request resetWatches() {
    return new Request(RESET_WATCHES, NONE, NUL, "");
  }

  static Request ofDomain(MessageType type, DomainId domain, String... more) {
    String[] texts = new String[more.length + 1];
    texts[0] = domain.toString();
    System.arraycopy(more, 0, texts, 1, more.length);
    return new Request(type, NONE, Texts.join(texts), texts[0]);
  }

  static Request texts(MessageType type, String... texts) {
    byte[] payload = texts.length == 0 ? NUL : Texts.join(texts);
    return new Request(type, NONE, payload, String.join(" ", texts));
  }

  static Request empty(MessageType type) {
    return new Request(type, NONE, new byte[0], "");
  }

  /** T or F. */
  static boolean flag(byte[] payload) {
    String text = Texts.first(payload);
    return switch (text) {
      case "T" -> true;
      case "F" -> false;
      default -> throw violation("answer", text, "T or F");
    };
  }

  static List<Permission> permissions(byte[] payload) {
    return Texts.split(payload).stream().map(Permission::parse).toList();
  }

  static MidplaneException violation(String what, String value, String expected) {
    return new MidplaneException(
        ErrorCode.PROTOCOL_VIOLATION, what + ": \"" + value + "\" (expected: " + expected + ")");
  }
}
