package io.midplane.gateways.actor;

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
import io.midplane.gateways.actor.ChannelProtocol.*;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.EndOfChannelException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The actor of one channel. Owns no state of the channel, only the order in which it is asked;
 * never blocks: what may, sending where the far end gives credits, runs beside it, one after the
 * other.
 */
final class ChannelActor {

  /** What only the channel's own threads tell it. */
  sealed interface Internal extends Command {}

  private record SendEnded() implements Internal, DeadLetterSuppression {}

  private record Arrived() implements Internal, DeadLetterSuppression {}

  private record Over(MidplaneException reason) implements Internal, DeadLetterSuppression {}

  private final ActorContext<Command> context;
  private final Channel channel;
  private final Executor executor;
  private final Queue<Send> sends = new ArrayDeque<>();
  private boolean sending;
  private @Nullable ActorRef<Notice> subscriber;
  private final ItemBatch batch;
  private boolean hasMore;
  private boolean subscriberReady = true;
  private @Nullable MidplaneException over;

  private ChannelActor(ActorContext<Command> context, Channel channel, Executor executor) {
    this.context = context;
    this.channel = channel;
    this.executor = executor;
    ActorRef<Command> self = context.getSelf();
    this.batch = new ItemBatch(() -> self.tell(new Arrived()));
  }

  /**
   * The actor of a channel.
   *
   * @param executor where sending waits
   */
  static Behavior<Command> create(Channel channel, Executor executor) {
    return Behaviors.setup(context -> {
      var actor = new ChannelActor(context, channel, executor);
      return Behaviors.receive(
          (same, command) -> actor.onCommand(command), (same, signal) -> actor.onSignal(signal));
    });
  }

  private Behavior<Command> onCommand(Command command) {
    return switch (command) {
      case Send send -> {
        sends.add(send);
        yield sendNext();
      }
      case SendEnded ended -> {
        sending = false;
        yield sendNext();
      }
      case Receive(var replyTo) -> onReceive(replyTo);
      case Subscribe subscribe -> onSubscribe(subscribe);
      case Arrived arrived -> {
        hasMore = true;
        yield give();
      }
      case Next next -> {
        subscriberReady = true;
        yield give();
      }
      case Over(var reason) -> {
        over = reason;
        yield give();
      }
      case Close(var error, var replyTo) -> onClose(error, replyTo);
    };
  }

  private Behavior<Command> sendNext() {
    Send next = sending ? null : sends.poll();
    if (next != null) {
      sending = true;
      ActorRef<Command> self = context.getSelf();
      executor.execute(() -> {
        next.replyTo().tell(sent(next));
        self.tell(new SendEnded());
      });
    }
    return Behaviors.same();
  }

  private Reply sent(Send send) {
    try {
      send.items().forEach(channel::send);
      return new Sent();
    } catch (MidplaneException refused) {
      return new Refused(refused);
    }
  }

  private Behavior<Command> onReceive(ActorRef<Reply> replyTo) {
    if (subscriber != null) {
      replyTo.tell(
          new Refused(
              new MidplaneException(
                  ErrorCode.UNSUPPORTED, "cannot receive on " + channel + ": it is subscribed")));
      return Behaviors.same();
    }
    var unused =
        channel
            .receiveAsync()
            .whenComplete((item, failure) ->
                replyTo.tell(failure == null ? new Received(item) : new Refused(reason(failure))));
    return Behaviors.same();
  }

  private static MidplaneException reason(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof MidplaneException ours
        ? ours
        : new MidplaneException(ErrorCode.INTERNAL, "receive: " + cause, cause);
  }

  private Behavior<Command> onSubscribe(Subscribe subscribe) {
    ActorRef<Command> self = context.getSelf();
    try {
      channel.setCallback(batch::add, () -> {});
    } catch (MidplaneException second) {
      subscribe.replyTo().tell(new Refused(second));
      return Behaviors.same();
    }
    subscriber = subscribe.subscriber();
    context.watch(subscribe.subscriber());
    var unused =
        channel
            .waitCloseAsync()
            .whenComplete((nothing, failure) ->
                self.tell(
                    new Over(
                        failure == null ? EndOfChannelException.of(channel) : reason(failure))));
    subscribe.replyTo().tell(new Done());
    return Behaviors.same();
  }

  /** Gives the subscriber what there is, if it is ready, and the end behind the last. */
  private Behavior<Command> give() {
    ActorRef<Notice> to = subscriber;
    if (to == null) {
      return Behaviors.same();
    }
    if (hasMore && subscriberReady) {
      hasMore = false;
      subscriberReady = false;
      to.tell(new Items(batch.take(), context.getSelf()));
    } else if (!hasMore && over != null && subscriberReady) {
      to.tell(new Ended(over));
      return Behaviors.stopped();
    }
    return Behaviors.same();
  }

  private Behavior<Command> onClose(@Nullable String error, ActorRef<Reply> replyTo) {
    try {
      if (error == null) {
        channel.close();
      } else {
        channel.close(error);
      }
      replyTo.tell(new Done());
    } catch (MidplaneException refused) {
      replyTo.tell(new Refused(refused));
    }
    return Behaviors.same();
  }

  private Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof Terminated) {
      return Behaviors.stopped();
    }
    if (signal instanceof PostStop) {
      batch.close();
      executor.execute(channel::close);
    }
    return Behaviors.same();
  }
}
