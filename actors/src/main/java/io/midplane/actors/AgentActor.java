package io.midplane.actors;

import akka.actor.DeadLetterSuppression;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.PostStop;
import akka.actor.typed.Signal;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Runs one agent: starts it, moves its state, stops its actors when it fails and starts it anew if
 * it can be made anew. Owns the agent object and all its runs; never blocks.
 */
final class AgentActor {

  /** What it can be told; of no interest once the agent has stopped. */
  sealed interface Command extends DeadLetterSuppression permits Stop, Restart, FromRun, Internal {}

  /** Stop gracefully. */
  record Stop() implements Command {}

  /** Stop gracefully and start anew; completes {@code done} with the outcome of that start. */
  record Restart(CompletableFuture<Void> done) implements Command {}

  /** What a run says of itself; without effect once the run is over. */
  sealed interface FromRun extends Command {
    AgentRun run();
  }

  /** It waits for this. */
  record WaitingFor(AgentRun run, String what) implements FromRun {}

  /** It serves. */
  record Ready(AgentRun run) implements FromRun {}

  /** It cannot go on. */
  record Failed(AgentRun run, Throwable cause) implements FromRun {}

  private sealed interface Internal extends Command {}

  private record Boot() implements Internal {}

  /** Actors of the former run take too long to stop. */
  private record GiveUpWaiting() implements Internal {}

  /** It has been READY for long enough to be trusted again. */
  private record Settled() implements Internal {}

  /**
   * How an agent is started again.
   *
   * @param renewable whether it can be made anew
   * @param stopsAtOnce whether the first start must succeed: if it fails the agent stops
   * @param minBackoff pause after the first failure; doubled by each further one
   * @param maxBackoff the longest pause, and how long READY must last to begin with the first again
   * @param stopTimeout how long the next start waits for actors of the former one to stop
   */
  record Policy(
      boolean renewable,
      boolean stopsAtOnce,
      Duration minBackoff,
      Duration maxBackoff,
      Duration stopTimeout) {}

  private final Midplane midplane;
  private final Engine engine;
  private final AgentRecord record;
  private final Supplier<? extends Agent> factory;
  private final Policy policy;
  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Logger log;
  private final LogKeys keys;
  private final Set<ActorRef<Void>> leaving = new HashSet<>();
  private final List<CompletableFuture<Void>> awaitingStart = new ArrayList<>();
  private @Nullable AgentRun current;
  private boolean bootDue;
  private int starts;
  private boolean wasReady;
  private Duration backoff;
  private @Nullable String lastFailure;

  private AgentActor(
      Midplane midplane,
      Engine engine,
      AgentRecord record,
      Supplier<? extends Agent> factory,
      Policy policy,
      ActorContext<Command> context,
      TimerScheduler<Command> timers) {
    this.midplane = midplane;
    this.engine = engine;
    this.record = record;
    this.factory = factory;
    this.policy = policy;
    this.context = context;
    this.timers = timers;
    this.backoff = policy.minBackoff();
    this.log = AgentRun.logger(record.name());
    this.keys = new LogKeys(midplane.name(), record.name());
  }

  static Behavior<Command> create(
      Midplane midplane,
      Engine engine,
      AgentRecord record,
      Supplier<? extends Agent> factory,
      Policy policy) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers -> {
          var actor = new AgentActor(midplane, engine, record, factory, policy, context, timers);
          context.getSelf().tell(new Boot());
          return Behaviors.<Command>receive(
              (same, command) -> actor.named(() -> actor.onCommand(command)),
              (same, signal) -> actor.named(() -> actor.onSignal(signal)));
        }));
  }

  /** What is logged meanwhile, by the agent too, names the agent. */
  private Behavior<Command> named(Supplier<Behavior<Command>> work) {
    keys.enter();
    try {
      return work.get();
    } finally {
      keys.leave();
    }
  }

  @SuppressWarnings("ReferenceEquality") // a run is itself and no other
  private Behavior<Command> onCommand(Command command) {
    return switch (command) {
      case Boot() -> onBoot();
      case FromRun message when message.run() != current -> {
        log.debug("RT-0201 {} is of a former run", message);
        yield Behaviors.same();
      }
      case WaitingFor(var run, var what) -> {
        record.waitingFor(what);
        yield Behaviors.same();
      }
      case Ready(var run) -> onReady();
      case Failed(var run, var cause) -> onFailed(cause);
      case Restart(var done) -> onRestart(done);
      case GiveUpWaiting() -> onGiveUpWaiting();
      case Settled() -> {
        backoff = policy.minBackoff();
        yield Behaviors.same();
      }
      case Stop() -> Behaviors.stopped();
    };
  }

  private Behavior<Command> onSignal(Signal signal) {
    return switch (signal) {
      case ChildFailed child -> onChildGone(child.getRef(), child.getCause());
      case Terminated child -> onChildGone(child.getRef(), null);
      case PostStop _ -> onPostStop();
      default -> Behaviors.same();
    };
  }

  /** Starts a run, unless actors of the former one are still there: then the last of them does. */
  private Behavior<Command> onBoot() {
    if (leaving.isEmpty()) {
      return boot();
    }
    bootDue = true;
    timers.startSingleTimer(new GiveUpWaiting(), policy.stopTimeout());
    return Behaviors.same();
  }

  private Behavior<Command> onGiveUpWaiting() {
    log.warn("RT-0206 actors of the former run are still stopping: {}", leaving);
    leaving.clear();
    return boot();
  }

  private Behavior<Command> boot() {
    bootDue = false;
    timers.cancel(new GiveUpWaiting());
    record.starting(starts);
    awaitingStart.forEach(done -> AgentRun.follow(record.outcome(), done));
    awaitingStart.clear();
    starts++;
    return start();
  }

  @SuppressWarnings("CatchThrowable") // a class that does not load or assert fails its agent only
  private Behavior<Command> start() {
    try {
      var run = new AgentRun(factory.get(), starts, midplane, engine, context, record, log);
      current = run;
      run.start();
    } catch (Throwable failure) {
      return onFailed(failure);
    }
    record.loading();
    return Behaviors.same();
  }

  private Behavior<Command> onReady() {
    if (record.status().state() == ProcessState.LOADCFG) {
      wasReady = true;
      timers.startSingleTimer(new Settled(), policy.maxBackoff());
      record.ready();
    }
    return Behaviors.same();
  }

  private Behavior<Command> onFailed(Throwable cause) {
    endRun();
    timers.cancel(new Settled());
    String name = record.name();
    if (policy.stopsAtOnce() && !wasReady) {
      log.error("RT-0207 agent {} failed to start; it is stopped", name, cause);
      record.failed(cause, true);
      return Behaviors.stopped();
    }
    if (!policy.renewable()) {
      log.error("RT-0204 agent {} failed; it stays in FAIL", name, cause);
      record.failed(cause, true);
      return Behaviors.same();
    }
    logFailure(name, cause);
    timers.startSingleTimer(new Boot(), backoff);
    Duration doubled = backoff.multipliedBy(2);
    backoff = doubled.compareTo(policy.maxBackoff()) > 0 ? policy.maxBackoff() : doubled;
    record.failed(cause, false);
    return Behaviors.same();
  }

  /** An agent that fails the same way at each start fills the log with one line a start. */
  private void logFailure(String name, Throwable cause) {
    String failure = cause.toString();
    if (failure.equals(lastFailure)) {
      log.error(
          "RT-0203 agent {} failed again: {}; it is started again in {}", name, failure, backoff);
    } else {
      log.error("RT-0203 agent {} failed; it is started again in {}", name, backoff, cause);
    }
    lastFailure = failure;
  }

  private Behavior<Command> onRestart(CompletableFuture<Void> done) {
    endRun();
    timers.cancelAll();
    awaitingStart.add(done);
    return onBoot();
  }

  private Behavior<Command> onChildGone(ActorRef<Void> child, @Nullable Throwable failure) {
    AgentRun run = current;
    if (leaving.remove(child)) {
      return bootDue && leaving.isEmpty() ? boot() : Behaviors.same();
    }
    return run != null && run.lost(child) && failure != null ? onFailed(failure) : Behaviors.same();
  }

  private Behavior<Command> onPostStop() {
    endRun();
    record.stopped(
        new MidplaneException(
            ErrorCode.CLOSED, "agent " + record.name() + ": stopped before it was READY"));
    return Behaviors.same();
  }

  /** Stops what the current run consists of; its late messages find nobody. */
  private void endRun() {
    AgentRun run = current;
    if (run != null) {
      current = null;
      leaving.addAll(run.end());
    }
  }
}
