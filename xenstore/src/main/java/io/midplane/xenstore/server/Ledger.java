package io.midplane.xenstore.server;

import java.util.HashMap;
import java.util.Map;

/** How many nodes and bytes each guest owns, or has come to own in a transaction. */
final class Ledger {
  private final Map<Integer, Account> accounts = new HashMap<>();

  private static final class Account {
    private int nodes;
    private long bytes;
  }

  int nodes(int domain) {
    Account account = accounts.get(domain);
    return account == null ? 0 : account.nodes;
  }

  long bytes(int domain) {
    Account account = accounts.get(domain);
    return account == null ? 0 : account.bytes;
  }

  void clear() {
    accounts.clear();
  }

  /** Nobody but domain 0 owns anything. */
  boolean isEmpty() {
    return accounts.isEmpty();
  }

  /** A node came (+1) or went (-1). */
  void add(Node node, int count) {
    int owner = node.access().owner();
    if (owner != 0) {
      add(owner, count, (long) count * node.charge());
    }
  }

  private void add(int domain, int nodes, long bytes) {
    Account account = accounts.computeIfAbsent(domain, unused -> new Account());
    account.nodes += nodes;
    account.bytes += bytes;
    if (account.nodes == 0 && account.bytes == 0) {
      accounts.remove(domain);
    }
  }

  /** A node and all below it came or went. */
  void addAll(Node node, int count) {
    add(node, count);
    node.children().forEach((name, child) -> addAll(child, count));
  }

  /** Whether both hold the same amounts. */
  boolean sameAs(Ledger other) {
    return accounts.keySet().equals(other.accounts.keySet())
        && accounts.keySet().stream()
            .allMatch(domain ->
                nodes(domain) == other.nodes(domain) && bytes(domain) == other.bytes(domain));
  }

  void add(Ledger changes) {
    changes.accounts.forEach((domain, account) -> add(domain, account.nodes, account.bytes));
  }
}
