package io.midplane.xenstore;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.CallGraph;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.ExtensionHost;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import io.midplane.xenstore.wire.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of a XenStore server: a connection, and what can be done with it outside of
 * transactions.
 *
 * {@snippet :
 * try (var store = XenStore.connect()) {
 *   store.write("/local/domain/0/name", "Ziggy");
 *   store.transaction(tx -> tx.write("/foo/bar", "baz"));
 *   store.monitor().watch("/foo/bar", event -> …);
 * }
 * }
 *
 * <p>One connection carries many calls at once, from any number of threads; there is no thread per
 * call. Among the threads that wait, one reads the answers for all; a virtual thread reads while
 * only asynchronous calls and watches are open. Every call has a time limit. When the server ends,
 * every open call fails at once. Thread-safe.
 *
 * <p>The rules of nodes, transactions, watches and connections are numbered in {@code
 * docs/behaviours/xenstore-client.md}.
 */
public final class XenStore extends Nodes implements AutoCloseable {
  private final Connection connection;
  private final Features features;

  private XenStore(Connection connection, Caller caller, Features features) {
    super(caller);
    this.connection = connection;
    this.features = features;
  }

  /**
   * Connects to where the environment says ({@link ServerAddress#ofEnvironment}). Blocks: yes,
   * shortly.
   *
   * @throws MidplaneException UNREACHABLE with the path
   */
  public static XenStore connect() {
    return connect(XenStoreSettings.defaults());
  }

  /** Connects to the Unix socket, or the device, of that path. Blocks: yes, shortly. */
  public static XenStore connect(Path path) {
    return connect(XenStoreSettings.defaults().address(ServerAddress.at(path)));
  }

  /** Connects as the settings say. Blocks: yes, shortly. */
  public static XenStore connect(XenStoreSettings settings) {
    ServerAddress address = settings.where();
    return connect(address::connect, settings);
  }

  /**
   * Connects over a transport of the caller's.
   *
   * @param connector makes it; again after a loss, if the settings say so
   */
  public static XenStore connect(
      Supplier<? extends Transport> connector, XenStoreSettings settings) {
    return connect(connector, settings, new BlockingGate(new CallGraph()));
  }

  /** As {@link #connect(XenStoreSettings)}. Blocks: no. */
  public static CompletionStage<XenStore> connectAsync(XenStoreSettings settings) {
    return Caller.later(() -> connect(settings));
  }

  static XenStore over(Connection connection, BlockingGate gate) {
    var caller = new Caller(connection, gate, connection.settings().timeout());
    return new XenStore(connection, caller, new Features(caller));
  }

  /**
   * The client of a runtime, made at the first call, to where the environment says; closed with the
   * runtime.
   */
  public static XenStore of(ExtensionHost<?> runtime) {
    return runtime.extension(XenStore.class, host -> RuntimeConnector.open(host));
  }

  /**
   * A client for a runtime, whose gate its blocking calls pass. Blocks: yes, shortly.
   *
   * @param connector makes the transport; again after a loss, if the settings say so
   */
  public static XenStore connect(
      Supplier<? extends Transport> connector, XenStoreSettings settings, BlockingGate gate) {
    gate.checkMayBlock(new Operation("connect", "connectAsync()"));
    return over(new Connection(settings, connector::get, 0), gate);
  }

  /**
   * The same connection with requests carried another way, through an actor for instance; watches
   * and their events still take the short one. Blocks: no.
   */
  public XenStore through(Courier courier) {
    var caller = new Caller(courier, caller().gate(), caller().timeout());
    return new XenStore(connection, caller, new Features(caller));
  }

  /** How requests reach the server. */
  public Courier courier() {
    return caller().courier();
  }

  /** A handle on a transaction that was begun through another handle. Blocks: no. */
  public Transaction resume(TransactionId id) {
    return Transaction.of(caller(), id);
  }

  /** The same connection, with another time for calls. Blocks: no. */
  public XenStore timeout(Duration limit) {
    return new XenStore(connection, caller().timeout(limit), features);
  }

  @Override
  TransactionId transaction() {
    return TransactionId.NONE;
  }

  // ---- transactions

  /** Begins a transaction; close it. Blocks: yes. */
  public Transaction begin() {
    return Transaction.begin(caller(), 1);
  }

  /** As {@link #begin}. Blocks: no. */
  public CompletionStage<Transaction> beginAsync() {
    return Transaction.beginAsync(caller());
  }

  /**
   * Runs the body in a transaction and commits it; runs it again, after a pause, if another change
   * came between ({@link RetryPolicy#defaults}). What the body throws aborts it and is thrown on.
   * Blocks: yes.
   *
   * @throws TransactionGaveUpException if it met a conflict each time
   */
  public void transaction(Consumer<? super Transaction> body) {
    transaction(RetryPolicy.defaults(), body);
  }

  /** The same with another policy. Blocks: yes. */
  public void transaction(RetryPolicy policy, Consumer<? super Transaction> body) {
    this.<@Nullable Void>inTransaction(
        policy,
        transaction -> {
          body.accept(transaction);
          return null;
        });
  }

  /** As {@link #transaction(Consumer)}, with the result of the body that was committed. */
  public <T extends @Nullable Object> T inTransaction(
      Function<? super Transaction, ? extends T> body) {
    return inTransaction(RetryPolicy.defaults(), body);
  }

  /** The same with another policy. Blocks: yes. */
  public <T extends @Nullable Object> T inTransaction(
      RetryPolicy policy, Function<? super Transaction, ? extends T> body) {
    return new Transactions(caller(), policy).run(body);
  }

  /** As {@link #inTransaction(RetryPolicy, Function)}; the body runs on a virtual thread. */
  public <T extends @Nullable Object> CompletionStage<T> inTransactionAsync(
      RetryPolicy policy, Function<? super Transaction, ? extends T> body) {
    return Caller.later(() -> inTransaction(policy, body));
  }

  // ---- watches

  /** A set of watches of its own. Blocks: no. */
  public Monitor monitor() {
    return new Monitor(caller(), connection, features);
  }

  /**
   * Waits until a node's value, or its absence, is as wanted; no change is missed. Blocks: yes.
   *
   * @return the value that was wanted
   * @throws MidplaneException TIMED_OUT if that does not happen in time
   */
  public Optional<byte[]> await(
      String path, Predicate<? super Optional<byte[]>> wanted, Duration timeout) {
    Deadline deadline = Deadline.in(XenStoreSettings.checkPositive("timeout", timeout));
    try (Monitor monitor = monitor()) {
      var unused = monitor.watch(path);
      while (true) {
        Optional<byte[]> value = find(path);
        if (wanted.test(value)) {
          return value;
        }
        long left = deadline.left();
        if (left <= 0 || monitor.next(Duration.ofNanos(left)).isEmpty()) {
          throw new MidplaneException(
              ErrorCode.TIMED_OUT,
              "await " + path + ": not as wanted within " + timeout + ", last: " + words(value));
        }
        var later = monitor.drain();
      }
    }
  }

  private static String words(Optional<byte[]> value) {
    return value.map(bytes -> "a value of " + bytes.length + " bytes").orElse("no such node");
  }

  /** As {@link #await}. Blocks: no; the predicate runs on a virtual thread. */
  public CompletionStage<Optional<byte[]>> awaitAsync(
      String path, Predicate<? super Optional<byte[]>> wanted, Duration timeout) {
    return Caller.later(() -> await(path, wanted, timeout));
  }

  // ---- domains, the server, the end

  /** What is about domains. */
  public Domains domains() {
    return new Domains(this, caller());
  }

  /** What is about the server itself: control commands, features, quotas. */
  public Control control() {
    return new Control(caller(), features);
  }

  /** What is under way and what went astray. Blocks: no. */
  public ConnectionStatistics statistics() {
    return connection.statistics();
  }

  Connection connection() {
    return connection;
  }

  /**
   * Waits for answers that are due, up to {@link XenStoreSettings#closeTimeout}, then ends the
   * connection: watches end, transactions are aborted, later calls fail with CLOSED. Again is
   * harmless. Blocks: yes.
   */
  @Override
  public void close() {
    caller().checkMayBlock("close " + connection, "closeAsync()");
    connection.close();
  }

  /** As {@link #close}. Blocks: no. */
  public CompletionStage<@Nullable Void> closeAsync() {
    return Caller.<@Nullable Void>later(() -> {
      connection.close();
      return null;
    });
  }

  /** Names the way and the path, as {@code XenStore(UnixSocket(/var/run/xenstored/socket))}. */
  @Override
  public String toString() {
    return "XenStore(" + connection + ")";
  }
}
