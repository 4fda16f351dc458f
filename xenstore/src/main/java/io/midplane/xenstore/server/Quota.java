package io.midplane.xenstore.server;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a guest may have at most; sockets and domain 0 have no quotas. */
public enum Quota {
  /** Nodes it owns. */
  NODES("nodes", "Nodes per domain", 1000),
  /** Watches it has registered. */
  WATCHES("watches", "Watches per domain", 128),
  /** Replies it has not read yet, before its requests wait. */
  OUTSTANDING("outstanding", "Outstanding requests per domain", 20),
  /** Bytes of its nodes and watches. */
  MEMORY("memory", "Total Xenstore memory per domain", 2560 * 1024),
  /** Open transactions. */
  TRANSACTIONS("transactions", "Active transactions per domain", 10),
  /** Nodes a transaction of its has touched. */
  TRANSACTION_NODES("transaction-nodes", "Max. number of accessed nodes per transaction", 1024),
  /** Entries in a list of permissions. */
  NODE_PERMISSIONS("node-permissions", "Max. number of permissions per node", 5),
  /** Length of a path, the prefix {@code /local/domain/N/} not counted; holds for everyone. */
  PATH_MAX("path-max", "Max. length of a node path", 2048),
  /** Bytes of a node: 16, 8 for each permission, value and the names of its children. */
  NODE_SIZE("node-size", "Max. size of a node", 2048);

  private final String text;
  private final String description;
  private final int nominal;

  Quota(String text, String description, int nominal) {
    this.text = text;
    this.description = description;
    this.nominal = nominal;
  }

  /** The name on the wire. */
  public String text() {
    return text;
  }

  /** The value unless one is set. */
  public int nominal() {
    return nominal;
  }

  String description() {
    return description;
  }

  /** The quota of that name, or null; {@code permissions} is an old name. */
  static @Nullable Quota of(String text) {
    for (Quota quota : values()) {
      if (quota.text.equals(text)) {
        return quota;
      }
    }
    return text.toLowerCase(Locale.ROOT).equals("permissions") ? NODE_PERMISSIONS : null;
  }
}
