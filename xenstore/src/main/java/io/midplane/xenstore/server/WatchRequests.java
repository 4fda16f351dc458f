package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.StorePath;
import java.util.List;

/** The requests about watches. */
final class WatchRequests {
  private final Store store;
  private final Domains domains;
  private final Paths paths;

  WatchRequests(Store store, Domains domains, Paths paths) {
    this.store = store;
    this.domains = domains;
    this.paths = paths;
  }

  /** Registers a watch; its first event is the caller's to send, behind the reply. */
  Watch watch(Connection caller, byte[] payload) {
    List<String> texts = Arguments.all(payload);
    if (texts.size() < 2 || texts.size() > 3) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    int depth = -1;
    if (texts.size() == 3) {
      long given = Numbers.offset(texts.get(2));
      if (given > Integer.MAX_VALUE) {
        throw Refusal.of(ErrorName.EINVAL);
      }
      depth = (int) given;
    }
    Domain domain = caller.domain();
    String text = texts.get(0);
    String path = paths.watched(domain, text);
    boolean relative = !StorePath.isAbsolute(text) && !StorePath.isSpecial(text);
    int hidden = relative ? domain.home().length() + 1 : 0;
    if (!caller.watches().containsKey(new Watch.Key(path, texts.get(1)))) {
      domains.check(Quota.WATCHES, domain, domain.watches() + 1L);
      domains.check(Quota.MEMORY, domain, memory(domain) + payload.length);
    }
    return store.watches().add(caller, path, texts.get(1), hidden, depth);
  }

  private long memory(Domain domain) {
    return store.bytesOf(domain) + domain.watchBytes();
  }

  void unwatch(Connection caller, byte[] payload) {
    List<String> texts = Arguments.exactly(2, payload);
    store.watches().remove(caller, paths.watched(caller.domain(), texts.get(0)), texts.get(1));
  }

  /** Drops the watches and the transactions of a connection. */
  void reset(Connection caller) {
    store.watches().removeAll(caller);
    caller.domain().addTransactions(-caller.transactions().size());
    caller.transactions().clear();
  }
}
