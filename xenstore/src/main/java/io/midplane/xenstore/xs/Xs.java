package io.midplane.xenstore.xs;

import io.midplane.xenstore.Domains;
import io.midplane.xenstore.Monitor;
import io.midplane.xenstore.Nodes;
import io.midplane.xenstore.Subscription;
import io.midplane.xenstore.Transaction;
import io.midplane.xenstore.TransactionId;
import io.midplane.xenstore.WatchEvent;
import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.Permission;
import io.midplane.xenstore.wire.Permission.Right;
import io.midplane.xenstore.wire.XenStoreException;
import java.nio.channels.SelectableChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A handle with the twenty methods of the C binding {@code xen.lowlevel.xs} and exactly its
 * returns, for programs that are moved over; new ones use {@link XenStore}.
 *
 * <p>The first argument of most methods is a transaction's handle, the hexadecimal text that {@link
 * #transactionStart} answered, or {@code ""} or {@code "0"} for none. Errors are {@link
 * XenStoreException}; after {@link #close} every method fails with EINVAL. All methods block,
 * unless they say otherwise. Thread-safe.
 */
public final class Xs implements AutoCloseable {

  /** A watch and the token its user gave. */
  private record Watched(String path, Object token, Subscription subscription) {}

  private final XenStore store;
  private final Monitor monitor;
  private final Map<Integer, TransactionId> transactions = new ConcurrentHashMap<>();
  private final Map<String, Watched> watches = new ConcurrentHashMap<>();

  /** The users' tokens by those of the monitor; also of watches that are being registered. */
  private final Map<String, Object> tokens = new ConcurrentHashMap<>();

  private final AtomicLong lastWatch = new AtomicLong();
  private volatile boolean closed;

  /** Connects to where the environment says. */
  public Xs() {
    this(XenStore.connect());
  }

  /** Over a store, which is closed with this handle. */
  public Xs(XenStore store) {
    this.store = store;
    this.monitor = store.monitor();
  }

  // ---- nodes

  /** The value of a node; null if there is no such node. */
  public byte @Nullable [] read(String transaction, String path) {
    return nodes(transaction).find(path).orElse(null);
  }

  /** Sets a value. */
  public void write(String transaction, String path, byte[] value) {
    nodes(transaction).write(path, value);
  }

  /** The names of a node's children; null if there is no such node. */
  public @Nullable List<String> ls(String transaction, String path) {
    return unlessMissing(() -> nodes(transaction).list(path)).orElse(null);
  }

  /** Makes a node. */
  public void mkdir(String transaction, String path) {
    nodes(transaction).mkdir(path);
  }

  /** Removes a node; no error if there is none, nor a parent. */
  public void rm(String transaction, String path) {
    var unused =
        unlessMissing(() -> {
          nodes(transaction).remove(path);
          return true;
        });
  }

  /** Who may do what with a node, the owner first; null if there is no such node. */
  public @Nullable List<XsPermission> getPermissions(String transaction, String path) {
    return unlessMissing(
            () -> nodes(transaction).permissions(path).stream().map(Xs::permission).toList())
        .orElse(null);
  }

  private static XsPermission permission(Permission entry) {
    return new XsPermission(
        entry.domain().value(), entry.right().mayRead(), entry.right().mayWrite());
  }

  /**
   * Sets who may do what with a node. If the first entry gives a right to another domain than 0, an
   * entry that makes 0 the owner is put before it.
   */
  public void setPermissions(String transaction, String path, List<XsPermission> permissions) {
    List<Permission> entries = new ArrayList<>();
    if (!permissions.isEmpty() && needsOwner(permissions.getFirst())) {
      entries.add(Permission.of(Right.NONE, 0));
    }
    for (XsPermission entry : permissions) {
      entries.add(Permission.of(right(entry), entry.dom()));
    }
    nodes(transaction).setPermissions(path, entries);
  }

  private static boolean needsOwner(XsPermission first) {
    return first.dom() != 0 && (first.read() || first.write());
  }

  private static Right right(XsPermission entry) {
    if (entry.read()) {
      return entry.write() ? Right.BOTH : Right.READ;
    }
    return entry.write() ? Right.WRITE : Right.NONE;
  }

  // ---- watches

  /** Watches a path; the token is handed back with each event. */
  public void watch(String path, Object token) {
    checkOpen();
    String key = Long.toString(lastWatch.incrementAndGet());
    if (find(path, token).isPresent()) {
      throw new XenStoreException(ErrorName.EEXIST, "watch " + path + ": EEXIST (watched already)");
    }
    tokens.put(key, token); // before the watch: its first event comes at once
    try {
      watches.put(key, new Watched(path, token, monitor.watch(path, key)));
    } catch (RuntimeException e) {
      tokens.remove(key);
      throw e;
    }
  }

  private Optional<Watched> find(String path, Object token) {
    return watches.values().stream()
        .filter(watched -> watched.path().equals(path) && watched.token() == token)
        .findFirst();
  }

  /** Waits for the next event of a watch that is still registered. */
  public XsEvent readWatch() {
    checkOpen();
    while (true) {
      XsEvent event = event(monitor.next());
      if (event != null) {
        return event;
      }
    }
  }

  /** The next event if one is there, else null. Does not block. */
  public @Nullable XsEvent checkWatch() {
    checkOpen();
    for (Optional<WatchEvent> next = monitor.poll(); next.isPresent(); next = monitor.poll()) {
      XsEvent event = event(next.get());
      if (event != null) {
        return event;
      }
    }
    return null;
  }

  private @Nullable XsEvent event(WatchEvent event) {
    Object token = tokens.get(event.token());
    return token == null ? null : new XsEvent(event.path(), token);
  }

  /** Ends a watch. */
  public void unwatch(String path, Object token) {
    checkOpen();
    Watched watched =
        find(path, token)
            .orElseThrow(() ->
                new XenStoreException(
                    ErrorName.ENOENT, "unwatch " + path + ": ENOENT (no such watch)"));
    String key = watched.subscription().token();
    watches.remove(key);
    tokens.remove(key);
    watched.subscription().close();
  }

  /** In place of a file descriptor: a channel to select on, readable while events wait. */
  public SelectableChannel fileno() {
    checkOpen();
    return monitor.channel();
  }

  // ---- transactions

  /** Begins a transaction; answers its handle, in hexadecimal. */
  public String transactionStart() {
    checkOpen();
    TransactionId id = store.begin().id();
    transactions.put(id.number(), id);
    return Integer.toHexString(id.number()).toUpperCase(Locale.ROOT);
  }

  /** Commits a transaction; false if another change came between. */
  public boolean transactionEnd(String transaction) {
    return transactionEnd(transaction, false);
  }

  /** Commits a transaction, or aborts it; false if another change came between. */
  public boolean transactionEnd(String transaction, boolean abort) {
    checkOpen();
    Transaction ending = store.resume(id(transaction));
    transactions.remove(ending.id().number());
    if (abort) {
      ending.abort();
      return true;
    }
    return ending.commit();
  }

  private TransactionId id(String transaction) {
    int number;
    try {
      number = transaction.isEmpty() ? 0 : Integer.parseUnsignedInt(transaction, 16);
    } catch (NumberFormatException e) {
      throw new XenStoreException(
          ErrorName.EINVAL, "transaction: \"" + transaction + "\" (expected: hexadecimal digits)");
    }
    return transactions.getOrDefault(number, new TransactionId(number, 0));
  }

  private Nodes nodes(String transaction) {
    checkOpen();
    TransactionId id = id(transaction);
    return id.isNone() ? store : store.resume(id);
  }

  // ---- domains

  /** Introduces a domain. */
  public void introduceDomain(int dom, long page, int port) {
    domains().introduce(new DomainId(dom), page, port);
  }

  /** Lets a domain act with the rights of another. */
  public void setTarget(int dom, int target) {
    domains().setTarget(new DomainId(dom), new DomainId(target));
  }

  /** Says that a domain goes on. */
  public void resumeDomain(int dom) {
    domains().resume(new DomainId(dom));
  }

  /** Releases a domain. */
  public void releaseDomain(int dom) {
    domains().release(new DomainId(dom));
  }

  /** The home of a domain; null if the server knows none (ENOENT). */
  public @Nullable String getDomainPath(int dom) {
    return unlessMissing(() -> domains().path(new DomainId(dom))).orElse(null);
  }

  private Domains domains() {
    checkOpen();
    return store.domains();
  }

  // ---- the end

  /** Ends the connection. */
  @Override
  public void close() {
    checkOpen();
    closed = true;
    try {
      monitor.close();
    } finally {
      store.close();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new XenStoreException(ErrorName.EINVAL, "the handle is closed (EINVAL); make another");
    }
  }

  private static <T> Optional<T> unlessMissing(Supplier<T> work) {
    try {
      return Optional.of(work.get());
    } catch (XenStoreException e) {
      if (e.errorName().equals(ErrorName.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
