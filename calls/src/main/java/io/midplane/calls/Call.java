package io.midplane.calls;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One open call: from the moment the gate let it pass until its caller has the answer.
 *
 * <p>The gate hands it to the sender, and the sender to whoever serves it; they say what becomes of
 * it. In the graph it is <i>queued</i> at its callee, <i>served</i> by a slot ({@link
 * Callee#begin}), or <i>taken</i> by somebody the graph cannot see; once answered it holds nobody
 * up any more. All methods may be called from any thread and none blocks.
 *
 * @param <T> the answer
 */
public final class Call<T extends @Nullable Object> extends Bag.Member {
  private final CallGraph graph;
  private final Operation operation;
  private final @Nullable ThreadMark origin;
  private final Thread thread = Thread.currentThread();
  private final long started = System.nanoTime();
  private final CompletableFuture<T> reply = new CompletableFuture<>();

  private volatile Callee callee;
  private volatile boolean replied;
  private volatile @Nullable CompletableFuture<T> source;
  private volatile boolean sent;
  private volatile boolean blocks;

  /** For a wait that is no call: whether it may end by itself. Set before it is in the graph. */
  private @Nullable BooleanSupplier mayEnd;

  // Guarded by the graph's lock.
  private @Nullable Slot server;
  private boolean taken;
  private @Nullable Slot firstWaiter;

  Call(
      CallGraph graph,
      Callee callee,
      Operation operation,
      @Nullable ThreadMark origin,
      boolean sync) {
    this.graph = graph;
    this.callee = callee;
    this.operation = operation;
    this.origin = origin;
    this.blocks = sync;
  }

  /** Whom it is addressed to; another after {@link #forwardedTo}. */
  public Callee callee() {
    return callee;
  }

  /** What is called. */
  public Operation operation() {
    return operation;
  }

  /**
   * Whether a handler of this runtime made it, and so may wait for it. A parallel callee lets a
   * shared call of this kind overtake the exclusive ones in its queue: the handler that waits may
   * be the very one whose end they are waiting for.
   */
  public boolean isNested() {
    return caller() != null;
  }

  /**
   * It left the queue, and somebody answers it later whom the graph cannot see: it holds nobody up
   * in the graph, and it ends when the callee dies or is restarted.
   */
  public void taken() {
    graph.locked(() -> {
      taken = true;
      server = null;
    });
  }

  /**
   * The answer is about to be sent; call it immediately before. From here on the caller no longer
   * waits for the callee, and the callee's death does not end the call: the answer is under way.
   */
  public void replied() {
    replied = true;
  }

  /**
   * It is passed on to another callee, whose queue it joins. Call it before the message is sent on.
   *
   * @return false if the call has ended instead and nothing need be sent: because the other callee
   *     is down, because the caller gave up, or because waiting there would complete a cycle (the
   *     caller gets the {@link DeadlockDetectedException})
   */
  public boolean forwardedTo(Callee other) {
    return graph.forward(this, other);
  }

  /**
   * The answer; whoever serves the call may complete it. It is complete as well when the caller no
   * longer waits, because of its deadline or the callee's death.
   */
  public CompletableFuture<T> reply() {
    return reply;
  }

  /** The stage that the sender got decides: once it is done, this call holds nobody up. */
  @SuppressWarnings("ReferenceEquality") // it is our own future, or it is not
  void follow(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    if (future != reply) {
      source = future;
      var unused =
          future.whenComplete((value, failure) -> {
            if (failure == null) {
              reply.complete(value);
            } else {
              reply.completeExceptionally(failure);
            }
          });
    }
    sent = true;
  }

  void die(Callee dead, Throwable reason) {
    reply.completeExceptionally(Failures.died(dead, this, reason));
  }

  void callee(Callee other) {
    callee = other;
  }

  /** Whether somebody is blocked on it. */
  boolean blocks() {
    return blocks;
  }

  void blocks(boolean somebody) {
    blocks = somebody;
  }

  CallGraph graph() {
    return graph;
  }

  /** Whether its sender has returned. */
  boolean isSent() {
    return sent;
  }

  /** The slot whose handler made it; null if no handler did. */
  @Nullable Slot caller() {
    return origin == null ? null : origin.slot();
  }

  /** The thread that made it, in words. */
  String threadName() {
    return nameOf(thread);
  }

  /** A thread's name, or its number: virtual threads mostly have no name. */
  static String nameOf(Thread thread) {
    String name = thread.getName();
    return name.isEmpty() ? "virtual-" + thread.threadId() : name;
  }

  boolean isAnswered() {
    CompletableFuture<T> own = source;
    return replied
        || reply.isDone()
        || (own != null && own.isDone())
        || (mayEnd != null && mayEnd.getAsBoolean());
  }

  void endsIf(BooleanSupplier condition) {
    mayEnd = condition;
    sent = true;
  }

  /** Its server said that it is answering. */
  boolean isReplied() {
    return replied;
  }

  boolean isTaken() {
    return taken || server != null;
  }

  /** The slot that serves it; null while it is queued or taken. */
  @Nullable Slot server() {
    return server;
  }

  void server(@Nullable Slot slot) {
    server = slot;
    taken = slot == null;
  }

  /** The first of the slots that wait for it; the others follow by {@link Slot#nextWaiter}. */
  @Nullable Slot firstWaiter() {
    return firstWaiter;
  }

  void firstWaiter(@Nullable Slot slot) {
    firstWaiter = slot;
  }

  void requeue() {
    server = null;
    taken = false;
  }

  Duration age() {
    return Duration.ofNanos(System.nanoTime() - started);
  }

  /** Who waits for whom, in words. Runs the caller's code; never under the graph's lock. */
  Wait toWait() {
    Instant since = Instant.now().minus(age());
    return new Wait(callerName(), callee.name(), operation.toString(), since);
  }

  private String callerName() {
    if (origin != null) {
      Slot slot = origin.slot();
      String owner = origin.owner();
      if (slot != null) {
        return slot.callee().name();
      } else if (owner != null) {
        return owner;
      }
    }
    return nameOf(thread);
  }
}
