package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.Texts;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The two requests about transactions. */
final class TransactionRequests {
  private final Store store;
  private final Domains domains;
  private final IntFunction<String> names;
  private final Consumer<Conflict> conflicts;

  TransactionRequests(
      Store store, Domains domains, IntFunction<String> names, Consumer<Conflict> conflicts) {
    this.store = store;
    this.domains = domains;
    this.names = names;
    this.conflicts = conflicts;
  }

  byte[] start(Connection caller, @Nullable Transaction inside) {
    if (inside != null) {
      throw Refusal.of(ErrorName.EBUSY);
    }
    Domain domain = caller.domain();
    domains.check(Quota.TRANSACTIONS, domain, domain.transactions() + 1L);
    int id = caller.nextTransaction();
    int most = domains.quota(Quota.TRANSACTION_NODES, domain);
    caller.transactions().put(id, new Transaction(id, caller, store, most));
    domain.addTransactions(1);
    return Texts.join(Integer.toUnsignedString(id));
  }

  void end(Connection caller, @Nullable Transaction transaction, byte[] payload) {
    String how = Arguments.one(payload);
    if (!how.equals("T") && !how.equals("F")) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    if (transaction == null) {
      throw Refusal.of(ErrorName.ENOENT);
    }
    caller.transactions().remove(transaction.id());
    caller.domain().addTransactions(-1);
    if (how.equals("T")) {
      commit(caller, transaction);
    }
  }

  private void commit(Connection caller, Transaction transaction) {
    Conflict conflict = transaction.conflict(names);
    if (conflict != null) {
      caller.lastConflict(conflict);
      conflicts.accept(conflict);
      throw Refusal.of(ErrorName.EAGAIN);
    }
    if (transaction.hasFailed()) {
      throw Refusal.of(ErrorName.ENOMEM);
    }
    if (transaction.adds(caller.domain())) {
      domains.check(Quota.NODES, caller.domain(), transaction.nodesOf(caller.domain()));
    }
    transaction.commit();
  }
}
