package io.midplane.xenstore.wire;

import org.jspecify.annotations.Nullable;

/** What a message asks for or answers; its {@link #code()} is the first word of the header. */
public enum MessageType {
  /** Daemon commands such as {@code check}; the oldest name for it is DEBUG. Privileged. */
  CONTROL(0),
  /** The names of a node's children. */
  DIRECTORY(1),
  /** The value of a node. */
  READ(2),
  /** The permissions of a node. */
  GET_PERMS(3),
  /** Registers a watch. */
  WATCH(4),
  /** Removes a watch. */
  UNWATCH(5),
  /** Opens a transaction. */
  TRANSACTION_START(6),
  /** Commits or aborts a transaction. */
  TRANSACTION_END(7),
  /** Tells the daemon of a new domain. Privileged. */
  INTRODUCE(8),
  /** Makes the daemon forget a domain. Privileged. */
  RELEASE(9),
  /** The home path of a domain. */
  GET_DOMAIN_PATH(10),
  /** Sets a value, making the node and its ancestors if they are missing. */
  WRITE(11),
  /** Makes a node with an empty value if it is missing. */
  MKDIR(12),
  /** Removes a node and all below it. */
  RM(13),
  /** Sets the permissions of a node. */
  SET_PERMS(14),
  /** From the server only: something watched may have changed. */
  WATCH_EVENT(15),
  /** From the server only: the request failed, the payload is the error's name. */
  ERROR(16),
  /** Whether a domain was introduced. Privileged. */
  IS_DOMAIN_INTRODUCED(17),
  /** Allows a domain's shutdown to be reported again. Privileged. */
  RESUME(18),
  /** Lets a domain act with the rights of another. Privileged. */
  SET_TARGET(19),
  /** Drops the connection's watches and transactions. */
  RESET_WATCHES(21),
  /** A part of a long list of children. */
  DIRECTORY_PART(22),
  /** The features of the server or of a domain. */
  GET_FEATURE(23),
  /** Sets the features a domain will be offered. Privileged. */
  SET_FEATURE(24),
  /** The names of the quotas, or the value of one. Privileged. */
  GET_QUOTA(25),
  /** Sets a quota. Privileged. */
  SET_QUOTA(26);

  private static final MessageType[] BY_CODE = new MessageType[27];

  static {
    for (MessageType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;

  MessageType(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  /** The type of that number, or null for one that is not in use. */
  public static @Nullable MessageType of(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
  }
}
