package io.midplane.xenstore.actor;

import akka.actor.DeadLetterSuppression;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Signal;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.Monitor;
import io.midplane.xenstore.Subscription;
import io.midplane.xenstore.WatchEvent;
import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.actor.WatchProtocol.*;
import io.midplane.xenstore.actor.XenStoreProtocol.Refused;
import io.midplane.xenstore.actor.XenStoreProtocol.Watching;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The actor of one watch: gives its subscriber a batch of events at a time, the next one when that
 * is dealt with. Ends the watch when it stops, and stops with its subscriber.
 */
final class WatchActor {

  /** What only the watch's own threads tell it. */
  sealed interface Internal extends Command {}

  private record Registered(Subscription subscription) implements Internal {}

  private record Failed(MidplaneException reason) implements Internal {}

  /** The thread that hands them over waits until they are dealt with. */
  private record Arrived(List<WatchEvent> events) implements Internal, DeadLetterSuppression {}

  private record Gone() implements Internal, DeadLetterSuppression {}

  private record Closed() implements Internal, DeadLetterSuppression {}

  private final ActorContext<Command> context;
  private final XenStoreProtocol.Watch watch;
  private final Monitor monitor;

  /** Given when the subscriber is ready for another batch. */
  private final Semaphore ready = new Semaphore(0);

  private final List<ActorRef<Unwatched>> unwatching = new ArrayList<>();

  /** What came before the registration was confirmed. */
  private @Nullable Events early;

  private @Nullable Subscription subscription;

  private WatchActor(ActorContext<Command> context, XenStore store, XenStoreProtocol.Watch watch) {
    this.context = context;
    this.watch = watch;
    this.monitor = store.monitor();
    context.watch(watch.subscriber());
    ActorRef<Command> self = context.getSelf();
    var unused =
        monitor
            .watchBatchesAsync(
                watch.options(), events -> handOver(self, events), () -> self.tell(new Gone()))
            .whenComplete((registered, failure) ->
                self.tell(
                    failure == null
                        ? new Registered(registered)
                        : new Failed(ConnectionActor.reason(failure))));
  }

  static Behavior<Command> create(XenStore store, XenStoreProtocol.Watch watch) {
    return Behaviors.setup(context -> {
      var actor = new WatchActor(context, store, watch);
      return Behaviors.receive(
          (same, command) -> actor.onCommand(command), (same, signal) -> actor.onSignal(signal));
    });
  }

  /** On the watch's own virtual thread. */
  private void handOver(ActorRef<Command> self, List<WatchEvent> events) {
    self.tell(new Arrived(events));
    ready.acquireUninterruptibly();
  }

  private Behavior<Command> onCommand(Command command) {
    return switch (command) {
      case Registered(var registered) -> onRegistered(registered);
      case Failed(var reason) -> {
        watch.replyTo().tell(new Refused(reason));
        yield Behaviors.stopped();
      }
      case Arrived(var events) -> onArrived(new Events(events, context.getSelf()));
      case Next next -> {
        ready.release();
        yield Behaviors.same();
      }
      case Gone gone -> onGone();
      case Unwatch(var replyTo) -> onUnwatch(replyTo);
      case Closed closed -> {
        unwatching.forEach(waiting -> waiting.tell(new Unwatched()));
        yield Behaviors.stopped();
      }
    };
  }

  private Behavior<Command> onRegistered(Subscription registered) {
    subscription = registered;
    watch.replyTo().tell(new Watching(context.getSelf()));
    if (early != null) {
      watch.subscriber().tell(early);
    }
    return Behaviors.same();
  }

  private Behavior<Command> onArrived(Events events) {
    if (subscription == null) {
      early = events;
    } else if (unwatching.isEmpty()) {
      watch.subscriber().tell(events);
    }
    return Behaviors.same();
  }

  private Behavior<Command> onGone() {
    watch
        .subscriber()
        .tell(
            new Ended(
                new MidplaneException(
                    ErrorCode.UNREACHABLE,
                    "watch " + watch.options().path() + ": the connection is gone; connect anew")));
    return Behaviors.stopped();
  }

  private Behavior<Command> onUnwatch(ActorRef<Unwatched> replyTo) {
    unwatching.add(replyTo);
    if (unwatching.size() == 1) {
      ready.release(Integer.MAX_VALUE / 2);
      ActorRef<Command> self = context.getSelf();
      var unused = monitor.closeAsync().whenComplete((done, failure) -> self.tell(new Closed()));
    }
    return Behaviors.same();
  }

  private Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof Terminated) {
      return Behaviors.stopped();
    }
    if (signal instanceof PostStop) {
      ready.release(Integer.MAX_VALUE / 2);
      var unused = monitor.closeAsync();
    }
    return Behaviors.same();
  }
}
