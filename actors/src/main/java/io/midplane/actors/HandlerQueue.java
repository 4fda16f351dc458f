package io.midplane.actors;

import io.midplane.calls.Call;
import io.midplane.calls.Callee;
import io.midplane.calls.Slot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the requests of one actor their turn, first come, first served: exclusive ones alone,
 * shared ones together. Work that may block runs on the workers, as a slot of the actor's callee;
 * other work runs on the actor's own thread. Confined to the actor that owns it.
 *
 * <p>One thing overtakes: while shared work runs, a shared call that a handler made ({@link
 * Call#isNested}) does not wait behind exclusive ones, for the exclusive ones may be waiting for
 * that very handler. Calls from outside never overtake, so that they cannot starve the exclusive
 * ones. A call whose caller has given up before its turn is dropped.
 *
 * <p>Work that has run on a worker comes back as a {@link Done}, through the function given at
 * creation: the owner tells it to itself and hands it to {@link #finished}.
 */
public final class HandlerQueue {

  private static final Logger LOG = LoggerFactory.getLogger(HandlerQueue.class);

  /** One piece of work. It handles its own failures: what it throws is a bug and ends its call. */
  @FunctionalInterface
  public interface Work {
    /** Serves the request and replies. */
    void run();
  }

  /** Work that a worker has finished; means something only to the queue that it came from. */
  public static final class Done {
    private @Nullable Future<?> future;

    private Done() {}
  }

  private record Turn(
      boolean shared,
      boolean async,
      @Nullable Call<?> call,
      Work work,
      Consumer<RuntimeException> refuse) {

    boolean mayOvertake() {
      return shared && call != null && call.isNested();
    }

    boolean isGivenUp() {
      return call != null && call.reply().isDone();
    }
  }

  private final Deque<Turn> waiting = new ArrayDeque<>();
  private final Set<Done> onWorkers = new HashSet<>();
  private final Callee callee;
  private final Workers workers;
  private final Consumer<Done> tellSelf;
  private final LogKeys keys;
  private long begun;
  private int overtakers;
  private int running;
  private boolean exclusive;
  private boolean beginning;
  private volatile boolean stopped;

  /**
   * Creates an empty queue.
   *
   * @param callee the owner as its callers see it
   * @param workers run the work that may block
   * @param tellSelf sends a message to the owner; called on workers. Give the message Akka's {@code
   *     DeadLetterSuppression}: it may come when the owner has just stopped
   */
  public HandlerQueue(Callee callee, Workers workers, Consumer<Done> tellSelf) {
    this.callee = callee;
    this.workers = workers;
    this.tellSelf = tellSelf;
    this.keys = new LogKeys(workers.node(), callee.name());
  }

  /**
   * Runs work now if it is its turn, or else once what came before has finished.
   *
   * @param shared whether it may run beside other shared work
   * @param async whether it may block, and so runs on a worker
   * @param call what it serves, null if nobody waits for it through the gate
   * @param work serves the request and replies
   * @param refuse told, instead, when the workers take no more work
   */
  public void submit(
      boolean shared,
      boolean async,
      @Nullable Call<?> call,
      Work work,
      Consumer<RuntimeException> refuse) {
    Turn turn = new Turn(shared, async, call, work, refuse);
    waiting.add(turn);
    overtakers += turn.mayOvertake() ? 1 : 0;
    beginNext();
  }

  /** Ends the turn of work that a worker has finished, and begins what may run now. */
  public void finished(Done done) {
    if (onWorkers.remove(done)) {
      endTurn();
      beginNext();
    }
  }

  /** True if nothing runs and nothing waits. */
  public boolean isIdle() {
    return running == 0 && waiting.isEmpty();
  }

  /** Drops what waits and interrupts what runs; for the owner's {@code PostStop}. */
  public void stop() {
    stopped = true;
    waiting.clear();
    overtakers = 0;
    for (Done done : onWorkers) {
      if (done.future != null) {
        done.future.cancel(true);
      }
    }
  }

  /** Work that ends within its own beginning does not recurse: the loop goes on with the next. */
  private void beginNext() {
    if (beginning) {
      return;
    }
    beginning = true;
    try {
      for (Turn next = takeNext(); next != null; next = takeNext()) {
        begin(next);
      }
    } finally {
      beginning = false;
    }
  }

  /** Takes what may run now out of the queue. */
  private @Nullable Turn takeNext() {
    Turn first = waiting.peek();
    while (first != null && first.isGivenUp()) {
      taken(waiting.remove());
      first = waiting.peek();
    }
    if (first == null) {
      return null;
    }
    if (running == 0 || (first.shared() && !exclusive)) {
      return taken(waiting.remove());
    }
    return exclusive || overtakers == 0 ? null : takeOvertaker();
  }

  private @Nullable Turn takeOvertaker() {
    for (Iterator<Turn> turns = waiting.iterator(); turns.hasNext(); ) {
      Turn turn = turns.next();
      if (turn.mayOvertake()) {
        turns.remove();
        return taken(turn);
      }
    }
    return null;
  }

  private Turn taken(Turn turn) {
    overtakers -= turn.mayOvertake() ? 1 : 0;
    return turn;
  }

  private void begin(Turn turn) {
    running++;
    exclusive = !turn.shared();
    if (turn.async()) {
      beginOnWorker(turn);
    } else {
      runHere(turn);
    }
  }

  private void runHere(Turn turn) {
    if (turn.call() != null) {
      turn.call().taken();
    }
    keys.enterCall(++begun);
    try {
      turn.work().run();
    } finally {
      keys.leaveCall();
      endTurn();
    }
  }

  private void beginOnWorker(Turn turn) {
    Done done = new Done();
    long number = ++begun;
    onWorkers.add(done);
    try {
      done.future = workers.executor().submit(() -> runOnWorker(turn, number, done));
    } catch (RejectedExecutionException rejected) {
      onWorkers.remove(done);
      endTurn();
      turn.refuse().accept(rejected);
    }
  }

  @SuppressWarnings("CatchThrowable") // nobody looks at the worker's future: it is said here
  private void runOnWorker(Turn turn, long number, Done done) {
    keys.enterCall(number);
    try (Slot slot = turn.shared() ? callee.beginShared(turn.call()) : callee.begin(turn.call())) {
      slot.run(() -> {
        turn.work().run();
        return true;
      });
    } catch (Throwable bug) {
      LOG.error("RT-0501 work of {} failed without a reply", callee.name(), bug);
      if (turn.call() != null) {
        turn.call().reply().completeExceptionally(bug);
      }
    } finally {
      keys.leaveCall();
      if (!stopped) {
        tellSelf.accept(done);
      }
    }
  }

  private void endTurn() {
    running--;
    if (running == 0) {
      exclusive = false;
    }
  }
}
