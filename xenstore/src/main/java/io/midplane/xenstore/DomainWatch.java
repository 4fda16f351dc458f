package io.midplane.xenstore;

import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.StorePath;
import io.midplane.xenstore.wire.XenStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Domains coming and going, by comparing who is there. Close it to end it. Thread-safe. */
public final class DomainWatch implements AutoCloseable {
  private static final String DOMAINS = "/local/domain";

  private final XenStore store;
  private final Consumer<? super DomainEvent> callback;
  private final Monitor monitor;

  /** Two watches call back, each on a thread of its own. */
  private final ReentrantLock lock = new ReentrantLock();

  private final SortedSet<DomainId> present = new TreeSet<>();

  private DomainWatch(XenStore store, Consumer<? super DomainEvent> callback) {
    this.store = store;
    this.callback = callback;
    this.monitor = store.monitor();
  }

  static DomainWatch start(XenStore store, Consumer<? super DomainEvent> callback) {
    var watch = new DomainWatch(store, callback);
    try {
      boolean named = (store.control().features() & Features.WATCH_DEPTH) != 0;
      watch.register(StorePath.INTRODUCE_DOMAIN, named);
      watch.register(StorePath.RELEASE_DOMAIN, named);
    } catch (RuntimeException e) {
      watch.close();
      throw e;
    }
    return watch;
  }

  private void register(String special, boolean named) {
    WatchOptions options = WatchOptions.of(special);
    var unused = monitor.watch(named ? options.depth(1) : options, this::compare);
  }

  /** The domains that are there. Blocks: no. */
  public List<DomainId> domains() {
    lock.lock();
    try {
      return List.copyOf(present);
    } finally {
      lock.unlock();
    }
  }

  private void compare(WatchEvent event) {
    lock.lock();
    try {
      SortedSet<DomainId> now = new TreeSet<>(homes());
      now.addAll(present);
      named(event).ifPresent(now::add);
      now.removeIf(domain -> !isIntroduced(domain));
      List<DomainEvent> changes = new ArrayList<>();
      for (DomainId domain : present) {
        if (!now.contains(domain)) {
          changes.add(new DomainEvent.Released(domain));
        }
      }
      for (DomainId domain : now) {
        if (!present.contains(domain)) {
          changes.add(new DomainEvent.Introduced(domain));
        }
      }
      present.clear();
      present.addAll(now);
      changes.forEach(callback);
    } finally {
      lock.unlock();
    }
  }

  private List<DomainId> homes() {
    List<DomainId> homes = new ArrayList<>();
    try {
      store.list(DOMAINS).forEach(name -> number(name).ifPresent(homes::add));
    } catch (XenStoreException e) {
      if (!e.errorName().equals(ErrorName.ENOENT)) {
        throw e;
      }
    }
    return homes;
  }

  /** {@code @introduceDomain/7} names domain 7. */
  private static Optional<DomainId> named(WatchEvent event) {
    return number(event.path().substring(event.path().indexOf('/') + 1));
  }

  private static Optional<DomainId> number(String text) {
    boolean decimal =
        !text.isEmpty()
            && text.length() < 6
            && text.chars().allMatch(character -> character >= 48 && character <= 57);
    return decimal ? Optional.of(new DomainId(Integer.parseInt(text))) : Optional.empty();
  }

  /** A caller without that privilege has to believe the list of homes. */
  private boolean isIntroduced(DomainId domain) {
    try {
      return store.domains().isIntroduced(domain);
    } catch (XenStoreException e) {
      if (e.errorName().equals(ErrorName.EACCES)) {
        return store.exists(domain.home());
      }
      throw e;
    }
  }

  /** Ends it. Blocks: yes. */
  @Override
  public void close() {
    monitor.close();
  }
}
