package io.midplane.testkit;

import akka.actor.ActorIdentity;
import akka.actor.AllDeadLetters;
import akka.actor.DeadLetter;
import akka.actor.Dropped;
import akka.actor.UnhandledMessage;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.actors.Event;
import io.midplane.actors.EventId;
import io.midplane.actors.Midplane;
import io.midplane.actors.ProcessState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Hears, as an actor of the runtime, what is lost in it and what its bus carries, and keeps both.
 * What was published before {@link #catchUp} is in the lists after it. Thread-safe.
 */
final class Recorder {

  private static final int EVENTS_KEPT = 50;

  private record CaughtUp(CompletableFuture<Void> done) {}

  private final List<LostMessage> lost = new CopyOnWriteArrayList<>();
  private final Tail<Event> events = new Tail<>(EVENTS_KEPT);
  private final Midplane midplane;
  private final ActorRef<Object> actor;

  private Recorder(Midplane midplane, ActorTestKit kit) {
    this.midplane = midplane;
    // Not the dispatcher of the code under test: that one may be blocked.
    var dispatcher = DispatcherSelector.fromConfig("akka.actor.internal-dispatcher");
    this.actor = kit.spawn(recording(), "recorder", dispatcher);
  }

  static Recorder start(Midplane midplane, ActorTestKit kit) {
    Recorder recorder = new Recorder(midplane, kit);
    akka.actor.ActorRef subscriber = Adapter.toClassic(recorder.actor);
    akka.event.EventStream stream = Adapter.toClassic(midplane.system()).eventStream();
    for (Class<?> kind : List.of(DeadLetter.class, Dropped.class, UnhandledMessage.class)) {
      stream.subscribe(subscriber, kind);
    }
    midplane.events().subscribe(EventId.ROOT, recorder.actor);
    return recorder;
  }

  private Behavior<Object> recording() {
    return Behaviors.receiveMessage(heard -> {
      switch (heard) {
        case AllDeadLetters answer when answer.message() instanceof ActorIdentity -> {
          // A busy actor told who it is after Mailboxes gave up on it.
        }
        case AllDeadLetters message -> onLost(message);
        case Event event -> events.add(event);
        case CaughtUp(var done) -> done.complete(null);
        default -> {}
      }
      return Behaviors.same();
    });
  }

  /** What a closing runtime drops is not lost. */
  private void onLost(AllDeadLetters message) {
    if (midplane.state() != ProcessState.STOPPED) {
      lost.add(LostMessage.of(message));
    }
  }

  /** Waits until all that was published before this call is recorded, or the runtime is closed. */
  void catchUp(Duration atMost) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    actor.tell(new CaughtUp(done));
    CompletableFuture<Void> closed = midplane.whenClosed().toCompletableFuture();
    var unused =
        CompletableFuture.anyOf(done, closed)
            .completeOnTimeout(null, atMost.toMillis(), TimeUnit.MILLISECONDS)
            .join();
  }

  /** The messages that were lost so far, in order. */
  List<LostMessage> lost() {
    return List.copyOf(lost);
  }

  /** The last events of the bus, oldest first. */
  List<Event> events() {
    return events.toList();
  }
}
