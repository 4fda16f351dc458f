package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.Texts;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemon's commands. */
final class ControlRequests {
  private static final Logger LOG = LoggerFactory.getLogger(XenStoreServer.class);
  private static final String HELP =
      """
      check
      conflict                     why the last commit of this connection failed
      log [on|off]                 the trace of messages
      print TEXT                   a line in the log
      quota [set NAME VALUE|DOMID]
      help
      """;

  private final Store store;
  private final Domains domains;
  private final Trace trace;

  ControlRequests(Store store, Domains domains, Trace trace) {
    this.store = store;
    this.domains = domains;
    this.trace = trace;
  }

  byte[] perform(Connection caller, byte[] payload) {
    List<String> texts = Arguments.all(payload);
    if (texts.isEmpty()) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    List<String> arguments = texts.subList(1, texts.size());
    String answer =
        switch (texts.getFirst()) {
          case "check" -> check(arguments);
          case "conflict" -> conflict(caller);
          case "log" -> log(arguments);
          case "print" -> print(arguments);
          case "quota" -> quota(arguments);
          case "help" -> HELP;
          default -> throw Refusal.of(ErrorName.EINVAL);
        };
    return Texts.join(answer);
  }

  /** The tree agrees with the accounts of the guests, or something is very wrong. */
  private String check(List<String> arguments) {
    if (!arguments.isEmpty()) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    Ledger counted = new Ledger();
    counted.addAll(store.tree().root(), 1);
    if (!counted.sameAs(store.ledger())) {
      LOG.error("XS-0110 the accounts of the guests differ from the nodes they own");
      throw Refusal.of(ErrorName.EIO);
    }
    return "OK";
  }

  private static String conflict(Connection caller) {
    Conflict conflict = caller.lastConflict();
    if (conflict == null) {
      throw Refusal.of(ErrorName.ENOENT);
    }
    return conflict.toString();
  }

  private String log(List<String> arguments) {
    if (arguments.isEmpty()) {
      return trace.isOn() ? "on" : "off";
    }
    switch (arguments.getFirst()) {
      case "on" -> trace.turn(true);
      case "off" -> trace.turn(false);
      default -> throw Refusal.of(ErrorName.EINVAL);
    }
    return "OK";
  }

  private static String print(List<String> arguments) {
    if (arguments.size() != 1) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    LOG.info("XS-0111 {}", Texts.shown(Texts.bytes(arguments.getFirst())));
    return "OK";
  }

  private String quota(List<String> arguments) {
    if (arguments.isEmpty()) {
      StringBuilder lines = new StringBuilder("Quota settings:\n");
      for (Quota quota : Quota.values()) {
        lines.append(
            String.format(
                Locale.ROOT,
                "%-17s: %8d %s\n",
                quota.text(),
                domains.quota(quota),
                quota.description()));
      }
      return lines.toString();
    }
    if (arguments.size() == 1) {
      return account(Numbers.domain(arguments.getFirst()));
    }
    if (arguments.size() != 3 || !arguments.getFirst().equals("set")) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    domains.setQuota(DomainRequests.quota(arguments.get(1)), Numbers.decimal(arguments.get(2)));
    return "OK";
  }

  private String account(int id) {
    Domain domain = domains.required(id);
    int nodes = domain.isPrivileged() ? ownNodes(store.tree().root()) : store.nodesOf(domain);
    long memory = store.bytesOf(domain) + domain.watchBytes();
    int outstanding =
        domain.connections().stream().mapToInt(connection -> connection.outbox().replies()).sum();
    return "Domain "
        + id
        + ":\n"
        + line(Quota.NODES, nodes)
        + line(Quota.WATCHES, domain.watches())
        + line(Quota.TRANSACTIONS, domain.transactions())
        + line(Quota.OUTSTANDING, outstanding)
        + line(Quota.MEMORY, memory);
  }

  private static String line(Quota quota, long value) {
    return String.format(Locale.ROOT, "%-16s: %8d\n", quota.text(), value);
  }

  private static int ownNodes(Node node) {
    int[] count = {node.access().owner() == 0 ? 1 : 0};
    node.children().forEach((name, child) -> count[0] += ownNodes(child));
    return count[0];
  }
}
