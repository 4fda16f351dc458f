package io.midplane.actors;

import akka.actor.DeadLetterSuppression;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events on their way to one callback, and the actor that calls it. Holds a bounded number; of
 * those that come when it is full the oldest make room. Thread-safe; nothing here blocks.
 */
final class CallbackQueue {

  /** What its actor is told; of no interest once that has stopped. */
  sealed interface Command extends DeadLetterSuppression {}

  /** Events are there. */
  private record Wake() implements Command {}

  /** No more will be. */
  private record End() implements Command {}

  private static final Logger LOG = LoggerFactory.getLogger(CallbackQueue.class);

  /** Calls before other actors get their turn. */
  private static final int TURN = 16;

  private final BiConsumer<Event, Subscription> callback;
  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Event> held = new ArrayDeque<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private @Nullable ActorRef<Command> actor;
  private @Nullable Subscription subscription;
  private boolean awake;
  private boolean calling;
  private boolean closed;
  private long dropped;
  private long droppedInARow;

  CallbackQueue(BiConsumer<Event, Subscription> callback, int capacity) {
    this.callback = callback;
    this.capacity = capacity;
  }

  /** The actor that calls the callback, one event at a time. */
  Behavior<Command> behavior() {
    return Behaviors.receive((context, command) ->
        switch (command) {
          case Wake() -> {
            if (callSome()) {
              context.getSelf().tell(command);
            }
            yield Behaviors.same();
          }
          case End() -> Behaviors.stopped();
        });
  }

  /** Says who calls, and for whom; before the first event. */
  void attach(ActorRef<Command> caller, Subscription owner) {
    lock.lock();
    try {
      actor = caller;
      subscription = owner;
    } finally {
      lock.unlock();
    }
  }

  /** Takes an event in. */
  void offer(Event event) {
    boolean first = false;
    ActorRef<Command> wakeUp = null;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      if (held.size() == capacity) {
        held.remove();
        dropped++;
        first = droppedInARow++ == 0;
      }
      held.add(event);
      if (!awake) {
        awake = true;
        wakeUp = actor;
      }
    } finally {
      lock.unlock();
    }
    if (first) {
      LOG.warn(
          "RT-0402 a subscriber of {} is slow: {} events wait for it, from now on the oldest are"
              + " dropped",
          prefix(),
          capacity);
    }
    if (wakeUp != null) {
      wakeUp.tell(new Wake());
    }
  }

  /** No call begins any more. */
  void close() {
    ActorRef<Command> end = null;
    boolean idle;
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        held.clear();
        end = actor;
      }
      idle = !calling;
    } finally {
      lock.unlock();
    }
    if (idle) {
      ended.complete(null);
    }
    if (end != null) {
      end.tell(new End());
    }
  }

  /** Completes once it is closed and the last call is over, on that call's thread. */
  CompletionStage<Void> ended() {
    return ended;
  }

  /** Events that were dropped since the start. */
  long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Calls for a turn's length; true if events are left. */
  private boolean callSome() {
    for (int i = 0; i < TURN; i++) {
      Event event = begin();
      if (event == null) {
        return false;
      }
      try {
        call(event);
      } finally {
        end();
      }
    }
    return true;
  }

  /** The next event, with which a call begins: it is decided here that it does. */
  private @Nullable Event begin() {
    long lost;
    Event next;
    lock.lock();
    try {
      next = held.poll();
      calling = next != null;
      awake = calling;
      lost = calling ? 0 : droppedInARow;
      droppedInARow -= lost;
    } finally {
      lock.unlock();
    }
    if (lost > 0) {
      LOG.warn("RT-0403 a subscriber of {} has caught up; {} events were dropped", prefix(), lost);
    }
    return next;
  }

  private void end() {
    boolean last;
    lock.lock();
    try {
      calling = false;
      last = closed;
    } finally {
      lock.unlock();
    }
    if (last) {
      ended.complete(null);
    }
  }

  @SuppressWarnings("CatchThrowable") // a subscriber harms nobody, whatever it throws
  private void call(Event event) {
    Subscription owner = subscription;
    if (owner == null) {
      return;
    }
    try {
      callback.accept(event, owner);
    } catch (Throwable failure) {
      LOG.warn("RT-0401 a subscriber of {} failed at {}", owner.prefix(), event, failure);
    }
  }

  private String prefix() {
    Subscription owner = subscription;
    return owner == null ? "" : owner.prefix().toString();
  }
}
