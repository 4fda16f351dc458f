package io.midplane.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import io.midplane.calls.BlockingGate;
import io.midplane.calls.Call;
import io.midplane.calls.Callee;
import io.midplane.calls.Operation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * An actor that serves calls and says itself which call it is serving, so that the detector can
 * follow a call through it; the base of services and of every subsystem's synchronous face.
 *
 * <p>Each question carries its {@link Call}; the actor runs the work through a {@link HandlerQueue}
 * and says {@link Call#replied()} before it replies. Thread-safe.
 *
 * @param <M> the actor's protocol
 */
public final class ServingActor<M> {

  private final ActorRef<M> ref;
  private final Callee callee;
  private final BlockingGate gate;
  private final ActorSystem<?> system;

  ServingActor(ActorRef<M> ref, Callee callee, Engine engine) {
    this.ref = ref;
    this.callee = callee;
    this.gate = engine.gate();
    this.system = engine.system();
  }

  /** The actor. */
  public ActorRef<M> ref() {
    return ref;
  }

  /** The actor as its callers see it. */
  public Callee callee() {
    return callee;
  }

  /**
   * Asks and waits for the reply.
   *
   * <p>Blocks: yes; refused on actor threads and where it would complete a cycle of calls.
   *
   * @param message makes the message from the reference to reply to and the call
   * @throws io.midplane.calls.MidplaneException TIMED_OUT, CALLEE_DIED or DEADLOCK_DETECTED
   */
  public <R> R ask(
      Operation operation, Duration timeout, BiFunction<ActorRef<R>, Call<R>, M> message) {
    return gate.<R>call(callee, operation, timeout, call -> send(message, call, timeout));
  }

  /** The asynchronous twin of {@link #ask}: never blocks, completes on a virtual thread. */
  public <R> CompletionStage<R> askAsync(
      Operation operation, Duration timeout, BiFunction<ActorRef<R>, Call<R>, M> message) {
    return gate.<R>callAsync(callee, operation, timeout, call -> send(message, call, timeout));
  }

  /**
   * Like {@link #askAsync(Operation, Duration, BiFunction)}, completing on an executor of the
   * caller's choice; {@code Runnable::run} for dependents that never block and may run on the
   * answering thread.
   */
  public <R> CompletionStage<R> askAsync(
      Operation operation,
      Duration timeout,
      Executor completeOn,
      BiFunction<ActorRef<R>, Call<R>, M> message) {
    return gate.<R>callAsync(
        callee, operation, timeout, completeOn, call -> send(message, call, timeout));
  }

  /**
   * Like {@link #ask(Operation, Duration, BiFunction)}, with the answer taken out of the reply.
   *
   * @param answer runs on the thread that replies and must not block; what it throws, the caller
   *     gets
   */
  public <R, T> T ask(
      Operation operation,
      Duration timeout,
      BiFunction<ActorRef<R>, Call<T>, M> message,
      Function<R, T> answer) {
    return gate.<T>call(
        callee, operation, timeout, call -> send(message, call, timeout).thenApply(answer));
  }

  /** The asynchronous twin of {@link #ask(Operation, Duration, BiFunction, Function)}. */
  public <R, T> CompletionStage<T> askAsync(
      Operation operation,
      Duration timeout,
      BiFunction<ActorRef<R>, Call<T>, M> message,
      Function<R, T> answer) {
    return gate.<T>callAsync(
        callee, operation, timeout, call -> send(message, call, timeout).thenApply(answer));
  }

  /** The same, completing on an executor of the caller's choice. */
  public <R, T> CompletionStage<T> askAsync(
      Operation operation,
      Duration timeout,
      Executor completeOn,
      BiFunction<ActorRef<R>, Call<T>, M> message,
      Function<R, T> answer) {
    return gate.<T>callAsync(
        callee,
        operation,
        timeout,
        completeOn,
        call -> send(message, call, timeout).thenApply(answer));
  }

  private <R, T> CompletableFuture<R> send(
      BiFunction<ActorRef<R>, Call<T>, M> message, Call<T> call, Duration timeout) {
    return AkkaAsk.ask(system, ref, timeout, replyTo -> message.apply(replyTo, call));
  }
}
