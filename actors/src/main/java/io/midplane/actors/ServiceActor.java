package io.midplane.actors;

import akka.actor.DeadLetterSuppression;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.actors.ServiceProtocol.Answered;
import io.midplane.actors.ServiceProtocol.Command;
import io.midplane.actors.ServiceProtocol.Refused;
import io.midplane.actors.ServiceProtocol.Reply;
import io.midplane.actors.ServiceProtocol.Request;
import io.midplane.calls.Call;
import io.midplane.calls.Callee;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import org.jspecify.annotations.Nullable;

/** The actor of a {@link Service}: gives requests their turn; the handler runs on the workers. */
final class ServiceActor<Q, R> {

  /** What only the runtime tells it. */
  sealed interface Internal<Q, R> extends Command<Q, R> {}

  /** A request that came through the gate. */
  record Called<Q, R>(Q question, Call<?> call, ActorRef<Reply<R>> replyTo)
      implements Internal<Q, R> {}

  /** Stop, and interrupt what runs. */
  record Stop<Q, R>() implements Internal<Q, R> {}

  /** Of no interest once the service has stopped. */
  private record Finished<Q, R>(HandlerQueue.Done done)
      implements Internal<Q, R>, DeadLetterSuppression {}

  private final Callee callee;
  private final Service.Handler<Q, R> handler;
  private final boolean parallel;
  private final HandlerQueue queue;

  private ServiceActor(
      Callee callee, Service.Handler<Q, R> handler, boolean parallel, HandlerQueue queue) {
    this.callee = callee;
    this.handler = handler;
    this.parallel = parallel;
    this.queue = queue;
  }

  static <Q, R> Behavior<Command<Q, R>> create(
      Callee callee, Service.Handler<Q, R> handler, boolean parallel, Workers workers) {
    return Behaviors.setup(context -> {
      ActorRef<Command<Q, R>> self = context.getSelf();
      var queue = new HandlerQueue(callee, workers, done -> self.tell(new Finished<>(done)));
      var actor = new ServiceActor<>(callee, handler, parallel, queue);
      return Behaviors.<Command<Q, R>>receive(
          (same, command) -> actor.onCommand(command),
          (same, signal) -> {
            if (signal instanceof PostStop) {
              queue.stop();
            }
            return Behaviors.same();
          });
    });
  }

  private Behavior<Command<Q, R>> onCommand(Command<Q, R> command) {
    switch (command) {
      case Request<Q, R>(var question, var replyTo) -> submit(question, null, replyTo);
      case Called<Q, R>(var question, var call, var replyTo) -> submit(question, call, replyTo);
      case Finished<Q, R>(var done) -> queue.finished(done);
      case Stop<Q, R>() -> {
        return Behaviors.stopped();
      }
    }
    return Behaviors.same();
  }

  private void submit(Q question, @Nullable Call<?> call, ActorRef<Reply<R>> replyTo) {
    queue.submit(
        parallel,
        true,
        call,
        () -> reply(call, replyTo, handle(question)),
        rejected -> reply(call, replyTo, new Refused<>(closed(rejected))));
  }

  @SuppressWarnings("CatchThrowable") // whatever the handler throws is its caller's to know
  private Reply<R> handle(Q question) {
    try {
      return new Answered<>(handler.handle(question));
    } catch (MidplaneException refusal) {
      return new Refused<>(refusal);
    } catch (Throwable failure) {
      if (failure instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      return new Refused<>(failed(failure));
    }
  }

  /** The call's edge goes before the reply is sent. */
  private static <R> void reply(
      @Nullable Call<?> call, ActorRef<Reply<R>> replyTo, Reply<R> reply) {
    if (call != null) {
      call.replied();
    }
    replyTo.tell(reply);
  }

  private MidplaneException failed(Throwable failure) {
    return new MidplaneException(
        ErrorCode.INTERNAL,
        "service " + callee.name() + ": its handler failed: " + failure,
        failure);
  }

  private MidplaneException closed(RuntimeException rejected) {
    return new MidplaneException(
        ErrorCode.CLOSED,
        "service " + callee.name() + ": its executor takes no more work",
        rejected);
  }
}
