package io.midplane.xenstore.server;

import io.midplane.xenstore.server.Node.Change;
import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.StorePath;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Domains come, stop and go, and those who watch for it are told. */
final class Lifecycle {
  private final Store store;
  private final Domains domains;
  private final Consumer<Connection> reset;
  private final Consumer<Connection> close;
  private final Rings rings;

  /** Connects the ring of a guest that has one. */
  interface Rings {
    /** The domain is introduced; again, and then its ring starts empty. */
    void connect(Domain domain, boolean again);
  }

  Lifecycle(
      Store store,
      Domains domains,
      Consumer<Connection> reset,
      Consumer<Connection> close,
      Rings rings) {
    this.store = store;
    this.domains = domains;
    this.reset = reset;
    this.close = close;
    this.rings = rings;
  }

  /**
   * A domain is there; again means that its connections start afresh. EINVAL for an unknown one.
   */
  void introduce(int id) {
    if (!domains.exists(id)) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    Domain domain = domains.known(id);
    if (domain.isPrivileged()) {
      return;
    }
    if (domain.isIntroduced()) {
      domain.connections().forEach(reset);
      rings.connect(domain, true);
      return;
    }
    domain.introduced(true);
    rings.connect(domain, false);
    store.watches().special(StorePath.INTRODUCE_DOMAIN, store.tree().introduce(), id);
  }

  /** A domain shut down or crashed: told once until it is resumed. */
  void shutDown(Domain domain) {
    if (!domain.isShutDown()) {
      domain.shutDown(true);
      store.watches().special(StorePath.RELEASE_DOMAIN, store.tree().release(), domain.id());
    }
  }

  /** A domain is gone, with its connections, its nodes and its entries in permissions. */
  void release(Domain domain) {
    List.copyOf(domain.connections()).forEach(close);
    domain.introduced(false);
    removeTraces(domain.id());
    Node special = store.tree().release();
    store.watches().special(StorePath.RELEASE_DOMAIN, special, domain.id());
    domains.forget(domain);
  }

  private void removeTraces(int domain) {
    Tree before = store.tree();
    removeTraces("/", before.root(), domain);
    for (String path : List.of(StorePath.INTRODUCE_DOMAIN, StorePath.RELEASE_DOMAIN)) {
      withoutEntries(path, before.get(path), domain);
    }
  }

  private void removeTraces(String path, Node node, int domain) {
    if (node.access().owner() == domain) {
      if (path.equals("/")) {
        changeAccess(path, node, node.access().ownedBy(0).without(domain));
      } else {
        NodeRequests.remove(store, path, node, store.change(0));
        return;
      }
    }
    withoutEntries(path, node, domain);
    node.children().forEach((name, child) -> removeTraces(Tree.child(path, name), child, domain));
  }

  private void withoutEntries(String path, @Nullable Node node, int domain) {
    if (node != null && node.access().names(domain)) {
      changeAccess(path, node, node.access().without(domain));
    }
  }

  private void changeAccess(String path, Node seen, Access access) {
    Change change = store.change(0);
    Node now = store.tree().get(path);
    if (now != null) {
      store.account(seen, -1);
      Node after = now.changed(now.value(), access, change);
      store.account(after, 1);
      store.replace(store.tree().with(path, after, change));
    }
  }
}
