package io.midplane.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.Signal;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.calls.Call;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.ThreadMark;
import java.util.function.Consumer;

/**
 * Stands round every actor that the runtime starts: marks the thread while the actor runs on it, so
 * that the gate refuses to block there; unwraps messages that carry a call; tells restarts.
 */
final class RuntimeInterceptor extends BehaviorInterceptor<Object, Object> {

  /** A message together with the call it belongs to; never leaves this JVM. */
  record Asked(Object message, Call<?> call) {
    @Override
    public String toString() {
      return String.valueOf(message);
    }
  }

  private final WatchedActor actor;
  private final boolean resumes;
  private final Consumer<ActorRef<?>> onStart;

  private RuntimeInterceptor(WatchedActor actor, boolean resumes, Consumer<ActorRef<?>> onStart) {
    super(Object.class);
    this.actor = actor;
    this.resumes = resumes;
    this.onStart = onStart;
  }

  /**
   * The behaviour with the interceptor inside the runtime's own supervision.
   *
   * @param onStart is given the actor's reference before the behaviour itself starts
   */
  @SuppressWarnings("unchecked") // The interceptor hands on every message as it is.
  static <M> Behavior<M> around(
      Behavior<M> behavior,
      WatchedActor actor,
      SpawnOptions options,
      Consumer<ActorRef<?>> onStart) {
    SupervisorStrategy supervision = options.supervision();
    boolean resumes = SupervisorStrategy.resume().getClass().isInstance(supervision);
    Behavior<M> intercepted =
        (Behavior<M>)
            (Behavior<?>)
                Behaviors.intercept(
                    () -> new RuntimeInterceptor(actor, resumes, onStart),
                    (Behavior<Object>) (Behavior<?>) behavior);
    return supervision == null
        ? intercepted
        : Behaviors.supervise(intercepted).onFailure(Throwable.class, supervision);
  }

  @Override
  public Behavior<Object> aroundStart(
      TypedActorContext<Object> context, PreStartTarget<Object> target) {
    onStart.accept(context.asJava().getSelf());
    ThreadMark previous = actor.enter();
    try {
      return target.start(context);
    } catch (RuntimeException | Error failure) {
      failed(failure);
      throw failure;
    } finally {
      actor.leave(previous);
    }
  }

  @Override
  public Behavior<Object> aroundReceive(
      TypedActorContext<Object> context, Object message, ReceiveTarget<Object> target) {
    return message instanceof Asked(var question, var call)
        ? receiveCall(context, question, call, target)
        : receive(context, message, target);
  }

  /** What a handler throws ends its own call, also where supervision lets the actor live on. */
  private Behavior<Object> receiveCall(
      TypedActorContext<Object> context,
      Object question,
      Call<?> call,
      ReceiveTarget<Object> target) {
    call.taken();
    try {
      return receive(context, question, target);
    } catch (RuntimeException | Error failure) {
      call.reply()
          .completeExceptionally(
              new MidplaneException(
                  ErrorCode.CALLEE_DIED,
                  "%s: failed while it handled %s: %s"
                      .formatted(call.callee(), call.operation(), failure),
                  failure));
      throw failure;
    }
  }

  private Behavior<Object> receive(
      TypedActorContext<Object> context, Object message, ReceiveTarget<Object> target) {
    ThreadMark previous = actor.enter();
    try {
      return target.apply(context, message);
    } catch (RuntimeException | Error failure) {
      failed(failure);
      throw failure;
    } finally {
      actor.leave(previous);
    }
  }

  /** The callers of an actor that stops hear of that first, not of what its handlers then say. */
  @Override
  public Behavior<Object> aroundSignal(
      TypedActorContext<Object> context, Signal signal, SignalTarget<Object> target) {
    if (signal instanceof PostStop) {
      actor.died();
    }
    ThreadMark previous = actor.enter();
    try {
      return target.apply(context, signal);
    } catch (RuntimeException | Error failure) {
      failed(failure);
      throw failure;
    } finally {
      actor.leave(previous);
      if (signal instanceof PreRestart) {
        actor.restarted();
      }
    }
  }

  /**
   * The reason to give should the actor end of it or be restarted; one that resumes does neither.
   */
  private void failed(Throwable failure) {
    if (!resumes) {
      actor.failed(failure);
    }
  }
}
