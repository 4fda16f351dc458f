package io.midplane.actors;

import akka.actor.typed.ActorRef;
import io.midplane.actors.ServiceProtocol.Answered;
import io.midplane.actors.ServiceProtocol.Command;
import io.midplane.actors.ServiceProtocol.Refused;
import io.midplane.actors.ServiceProtocol.Reply;
import io.midplane.calls.Operation;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * An actor that answers requests with a handler which may block: the handler runs on virtual
 * threads, or on an executor of the user's own, one request at a time unless asked otherwise.
 *
 * <p>Because the runtime knows which request each handler serves, a synchronous call from within a
 * handler that would close a cycle is refused before it is sent. Thread-safe.
 *
 * @param <Q> the question
 * @param <R> the answer
 */
public final class Service<Q, R> {

  /** Answers one request; may block, and may throw, which the caller gets. */
  @FunctionalInterface
  public interface Handler<Q, R> {
    /** Answers {@code question}. */
    R handle(Q question) throws Exception;
  }

  private final ServingActor<Command<Q, R>> actor;
  private final boolean parallel;
  private final Duration callTimeout;

  private Service(ServingActor<Command<Q, R>> actor, boolean parallel, Duration callTimeout) {
    this.actor = actor;
    this.parallel = parallel;
    this.callTimeout = callTimeout;
  }

  static <Q, R> Service<Q, R> start(
      Engine engine,
      Duration callTimeout,
      String name,
      Handler<Q, R> handler,
      ServiceOptions options) {
    Workers workers = engine.workers(options.executor());
    ServingActor<Command<Q, R>> actor =
        engine.serve(
            name,
            options.parallel(),
            workers,
            callee -> ServiceActor.create(callee, handler, options.parallel(), workers));
    return new Service<>(actor, options.parallel(), callTimeout);
  }

  /** The name of the service and of its actor. */
  public String name() {
    return actor.callee().name();
  }

  /** The actor, to be told a {@link ServiceProtocol.Request}. */
  public ActorRef<Command<Q, R>> ref() {
    return actor.ref();
  }

  /** {@link #call(Object, Duration)} with the default call timeout. */
  public R call(Q question) {
    return call(question, callTimeout);
  }

  /**
   * Asks and waits for the answer.
   *
   * <p>Blocks: yes; refused on actor threads and where it would complete a cycle of calls.
   *
   * @throws io.midplane.calls.MidplaneException what the handler threw, or TIMED_OUT, or
   *     CALLEE_DIED
   */
  public R call(Q question, Duration timeout) {
    return actor.<Reply<R>, R>ask(
        operation(question),
        timeout,
        (replyTo, call) -> new ServiceActor.Called<>(question, call, replyTo),
        Service::answer);
  }

  /** The asynchronous twin of {@link #call(Object)}; completes on a virtual thread. */
  public CompletionStage<R> callAsync(Q question) {
    return callAsync(question, callTimeout);
  }

  /** The asynchronous twin of {@link #call(Object, Duration)}; completes on a virtual thread. */
  public CompletionStage<R> callAsync(Q question, Duration timeout) {
    return actor.<Reply<R>, R>askAsync(
        operation(question),
        timeout,
        (replyTo, call) -> new ServiceActor.Called<>(question, call, replyTo),
        Service::answer);
  }

  /** Stops the service; calls that are open end at once. Does not block. */
  public void stop() {
    actor.ref().tell(new ServiceActor.Stop<>());
  }

  private static <R> R answer(Reply<R> reply) {
    return switch (reply) {
      case Answered<R>(var answer) -> answer;
      case Refused<R>(var reason) -> throw reason;
    };
  }

  private Operation operation(Object question) {
    return new Operation(question, "callAsync()", parallel);
  }
}
