package io.midplane.packet.actor;

import akka.actor.DeadLetterSuppression;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.Signal;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.FrameSubscription;
import io.midplane.packet.PacketPort;
import io.midplane.packet.PortListener;
import io.midplane.packet.actor.PortProtocol.*;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.SendResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The actor of a port. Owns the port and its subscriptions: whichever way it ends, they end too.
 * Never waits; frames do not pass through it but go straight to their subscribers.
 */
final class PortActor {

  /** What only the port and its runtime tell it. */
  sealed interface Internal extends Command, DeadLetterSuppression {}

  private record Ready(PacketPort port) implements Internal {}

  private record Failed(MidplaneException reason) implements Internal {}

  private record Flush() implements Internal {}

  private record SubscriberGone(ActorRef<Event> subscriber) implements Internal {}

  private record SubscriptionFailed(ActorRef<Event> subscriber, MidplaneException reason)
      implements Internal {}

  private record Happened(Event event) implements Internal {}

  private record Ended() implements Internal {}

  /** Opens the port, telling the listener how its link fares. */
  interface Opening extends Function<PortListener, CompletionStage<PacketPort>> {}

  private static final int STASH = 10_000;

  private final ActorContext<Command> context;
  private final StashBuffer<Command> waiting;
  private final CompletionStage<PacketPort> opening;
  private final Map<ActorRef<Event>, Subscriber> subscribers = new HashMap<>();
  private final List<ActorRef<Reply>> closing = new ArrayList<>();

  private PortActor(ActorContext<Command> context, StashBuffer<Command> waiting, Opening opening) {
    this.context = context;
    this.waiting = waiting;
    ActorRef<Command> self = context.getSelf();
    this.opening = opening.apply(new Listener(self));
    var unused =
        this.opening.whenComplete((port, failure) ->
            self.tell(failure == null ? new Ready(port) : new Failed(reason(failure))));
  }

  static Behavior<Command> create(Opening opening) {
    return Behaviors.withStash(
        STASH,
        waiting -> Behaviors.setup(context -> new PortActor(context, waiting, opening).opening()));
  }

  /** Tells the actor what the link's thread says. */
  private record Listener(ActorRef<Command> port) implements PortListener {
    @Override
    public void linkDown(int ifindex) {
      port.tell(new Happened(new LinkDown(ifindex)));
    }

    @Override
    public void linkUp(int ifindex) {
      port.tell(new Happened(new LinkUp(ifindex)));
    }

    @Override
    public void gone(int ifindex) {
      port.tell(new Happened(new InterfaceGone(ifindex)));
    }

    @Override
    public void closed() {
      port.tell(new Ended());
    }
  }

  // ---- before the port is open

  private Behavior<Command> opening() {
    return Behaviors.receive(
        (same, command) -> {
          if (command instanceof Ready(var port)) {
            return waiting.unstashAll(open(port));
          }
          if (command instanceof Failed(var reason)) {
            return waiting.unstashAll(failed(reason));
          }
          waiting.stash(command);
          return Behaviors.same();
        },
        (same, signal) -> onSignal(signal));
  }

  private Behavior<Command> failed(MidplaneException reason) {
    return Behaviors.receiveMessage(command -> {
      refuse(command, reason);
      return command instanceof Close ? Behaviors.stopped() : Behaviors.same();
    });
  }

  private static void refuse(Command command, MidplaneException reason) {
    switch (command) {
      case Subscribe subscribe -> subscribe.subscriber().tell(new OpenFailed(reason));
      case Refilter refilter -> refilter.replyTo().tell(new Refused(reason));
      case Send send -> tell(send.replyTo(), new Sent(SendResult.GONE));
      case SendBatch send ->
          tell(
              send.replyTo(),
              new SentBatch(Collections.nCopies(send.batch().size(), SendResult.GONE)));
      case Exchange exchange -> exchange.replyTo().tell(new Refused(reason));
      case Join join -> join.replyTo().tell(new Refused(reason));
      case Leave leave -> leave.replyTo().tell(new Refused(reason));
      case Promiscuous promiscuous -> promiscuous.replyTo().tell(new Refused(reason));
      case GetStatistics get -> get.replyTo().tell(new Refused(reason));
      case Close close -> close.replyTo().tell(new Done());
      case Unsubscribe unsubscribe -> {}
      case Acknowledge acknowledge -> {}
      case Internal internal -> {}
    }
  }

  private static void tell(@Nullable ActorRef<Reply> replyTo, Reply reply) {
    if (replyTo != null) {
      replyTo.tell(reply);
    }
  }

  // ---- while it is open

  private Behavior<Command> open(PacketPort port) {
    var outbox = new Outbox(port);
    return Behaviors.receive(
        (same, command) -> onCommand(port, outbox, command), (same, signal) -> onSignal(signal));
  }

  private Behavior<Command> onCommand(PacketPort port, Outbox outbox, Command command) {
    switch (command) {
      case Subscribe subscribe -> onSubscribe(port, subscribe);
      case Unsubscribe(var subscriber) -> onUnsubscribe(subscriber);
      case Refilter refilter -> onRefilter(refilter);
      case Acknowledge(var subscriber, var number) -> onAcknowledge(subscriber, number);
      case Send(var frame, var replyTo) -> {
        if (outbox.add(frame, replyTo)) {
          context.getSelf().tell(new Flush());
        }
      }
      case SendBatch(var batch, var replyTo) -> {
        outbox.flush();
        tell(replyTo, new SentBatch(port.send(batch)));
      }
      case Exchange(var question, var matcher, var timeout, var replyTo) -> {
        outbox.flush();
        reply(replyTo, port.exchangeAsync(question, matcher, timeout), Answered::new);
      }
      case Join(var group, var replyTo) -> attempt(replyTo, () -> port.join(group));
      case Leave(var group, var replyTo) -> attempt(replyTo, () -> port.leave(group));
      case Promiscuous(var on, var replyTo) -> attempt(replyTo, () -> port.promiscuous(on));
      case GetStatistics(var replyTo) -> reply(replyTo, port.statisticsAsync(), Statistics::new);
      case Close(var replyTo) -> {
        outbox.flush();
        return close(port, replyTo);
      }
      case Flush flush -> outbox.flush();
      case SubscriberGone(var subscriber) -> onUnsubscribe(subscriber);
      case SubscriptionFailed(var subscriber, var reason) -> onFailed(subscriber, reason);
      case Happened(var event) -> subscribers.values().forEach(each -> each.tell(event));
      case Ended ended -> {
        return Behaviors.stopped();
      }
      case Ready ready -> {}
      case Failed failed -> {}
    }
    return Behaviors.same();
  }

  private void onSubscribe(PacketPort port, Subscribe command) {
    ActorRef<Event> ref = command.subscriber();
    if (subscribers.containsKey(ref)) {
      ref.tell(
          new OpenFailed(
              new MidplaneException(
                  ErrorCode.ALREADY_EXISTS,
                  "subscription of "
                      + ref.path()
                      + " runs already; use Refilter, or Unsubscribe")));
      return;
    }
    var subscriber =
        new Subscriber(
            ref,
            command.delivery().perFrame(),
            () -> new Opened(port.address(), port.carriesFrames()));
    subscribers.put(ref, subscriber);
    context.watchWith(ref, new SubscriberGone(ref));
    ActorRef<Command> self = context.getSelf();
    var unused =
        start(port, command, subscriber)
            .whenComplete((started, failure) -> {
              if (failure == null) {
                subscriber.started(started);
              } else {
                self.tell(new SubscriptionFailed(ref, reason(failure)));
              }
            });
  }

  private static CompletableFuture<FrameSubscription> start(
      PacketPort port, Subscribe command, Subscriber subscriber) {
    Delivery delivery = command.delivery();
    String name = delivery.interfaceName();
    // Frames that are told one by one are copies: their batch may be filled anew.
    CaptureSettings settings =
        delivery.perFrame() ? delivery.capture().withPooledBatches() : delivery.capture();
    return name == null
        ? port.subscribe(command.filter(), settings, subscriber)
        : port.subscribe(name, command.filter(), delivery.capture(), subscriber);
  }

  private void onFailed(ActorRef<Event> ref, MidplaneException reason) {
    context.unwatch(ref);
    Subscriber subscriber = subscribers.remove(ref);
    if (subscriber != null) {
      subscriber.failed(reason);
    }
  }

  private void onUnsubscribe(ActorRef<Event> ref) {
    context.unwatch(ref);
    Subscriber subscriber = subscribers.remove(ref);
    if (subscriber != null) {
      subscriber.end();
    }
  }

  private void onRefilter(Refilter command) {
    Subscriber subscriber = subscribers.get(command.subscriber());
    if (subscriber == null) {
      command
          .replyTo()
          .tell(
              new Refused(
                  new MidplaneException(
                      ErrorCode.NOT_FOUND,
                      command.subscriber().path() + " has no subscription; use Subscribe")));
      return;
    }
    CompletionStage<Void> changed =
        subscriber.subscription().thenCompose(running -> running.filterAsync(command.filter()));
    reply(command.replyTo(), changed, done -> new Done());
  }

  private void onAcknowledge(ActorRef<Event> ref, long number) {
    Subscriber subscriber = subscribers.get(ref);
    if (subscriber != null) {
      subscriber.acknowledge(number);
    }
  }

  private static void attempt(ActorRef<Reply> replyTo, Runnable task) {
    try {
      task.run();
      replyTo.tell(new Done());
    } catch (MidplaneException e) {
      replyTo.tell(new Refused(e));
    }
  }

  private static <T extends @Nullable Object> void reply(
      ActorRef<Reply> replyTo, CompletionStage<T> stage, Function<? super T, Reply> made) {
    var unused =
        stage.whenComplete((value, failure) ->
            replyTo.tell(failure == null ? made.apply(value) : new Refused(reason(failure))));
  }

  private static MidplaneException reason(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof MidplaneException known
        ? known
        : new MidplaneException(ErrorCode.INTERNAL, "the port failed: " + cause, cause);
  }

  // ---- the end

  private Behavior<Command> close(PacketPort port, ActorRef<Reply> replyTo) {
    closing.add(replyTo);
    var unused = port.closeAsync();
    var reason =
        new MidplaneException(
            ErrorCode.CLOSED, "port " + port.address() + " is closed; open another");
    return Behaviors.receive(
        (same, command) -> {
          if (command instanceof Ended) {
            // Before the actor stops: who asked would take its end for a failure.
            tellDone();
            return Behaviors.stopped();
          }
          if (command instanceof Close(var another)) {
            closing.add(another);
          } else {
            refuse(command, reason);
          }
          return Behaviors.same();
        },
        (same, signal) -> onSignal(signal));
  }

  /** Stopped or failed: the port goes with the actor. */
  private Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop || signal instanceof PreRestart) {
      var unused = opening.thenCompose(PacketPort::closeAsync);
      tellDone();
    }
    return Behaviors.same();
  }

  private void tellDone() {
    closing.forEach(replyTo -> replyTo.tell(new Done()));
    closing.clear();
  }
}
