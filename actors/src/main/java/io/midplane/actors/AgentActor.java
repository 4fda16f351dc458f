package io.midplane.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.PostStop;
import akka.actor.typed.Signal;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.midplane.calls.Callee;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Row;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one agent: starts it, moves its state, stops its actors when it fails and starts it anew if
 * it can be made anew. Owns the agent object; never blocks.
 */
final class AgentActor {

  /** What it can be told. */
  sealed interface Command {}

  /** Stop gracefully. */
  record Stop() implements Command {}

  /** Stop and start anew. */
  record Restart() implements Command {}

  private record Boot() implements Command {}

  private record Loading(Run run) implements Command {}

  private record WaitingFor(Run run, String what) implements Command {}

  private record Ready(Run run) implements Command {}

  private record Failed(Run run, Throwable cause) implements Command {}

  /** How agents are restarted. */
  record Policy(boolean renewable, Duration minBackoff, Duration maxBackoff) {}

  private final Midplane midplane;
  private final Engine engine;
  private final AgentRecord record;
  private final Supplier<? extends Agent> factory;
  private final Policy policy;
  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Logger log;
  private @Nullable Run current;
  private int restarts;
  private Duration backoff;

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
    this.log = LoggerFactory.getLogger("agent." + record.name());
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
              (same, command) -> actor.onCommand(command),
              (same, signal) -> actor.onSignal(signal));
        }));
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Boot() -> onBoot();
      case Loading(var run) when run == current -> onLoading();
      case WaitingFor(var run, var what) when run == current -> record.waitingFor(what);
      case Ready(var run) when run == current -> onReady();
      case Failed(var run, var cause) when run == current -> onFailed(cause);
      case Restart() -> onRestart();
      case Stop() -> {
        return Behaviors.stopped();
      }
      case Loading _, WaitingFor _, Ready _, Failed _ ->
          log.debug("RT-0201 {} is of a former run", command);
    }
    return Behaviors.same();
  }

  private Behavior<Command> onSignal(Signal signal) {
    switch (signal) {
      case ChildFailed child -> failIfOfCurrentRun(child);
      case Terminated _ -> log.debug("RT-0202 an actor of the agent has stopped");
      case PostStop _ -> onPostStop();
      default -> log.trace("{}", signal);
    }
    return Behaviors.same();
  }

  private void onBoot() {
    record.starting(restarts);
    announce(ProcessState.BOOTING);
    try {
      Run run = new Run(factory.get(), restarts);
      current = run;
      run.agent.start(run);
    } catch (Exception failure) {
      onFailed(failure);
    }
  }

  private void onLoading() {
    if (record.status().state() == ProcessState.BOOTING) {
      record.loading();
      announce(ProcessState.LOADCFG);
    }
  }

  private void onReady() {
    ProcessState state = record.status().state();
    if (state == ProcessState.BOOTING) {
      onLoading();
    }
    if (record.status().state() == ProcessState.LOADCFG) {
      backoff = policy.minBackoff();
      record.ready();
      announce(ProcessState.READY);
    }
  }

  private void onFailed(Throwable cause) {
    endRun();
    record.failed(cause, !policy.renewable());
    announce(ProcessState.FAIL);
    if (policy.renewable()) {
      log.error(
          "RT-0203 agent {} failed; it is started again in {}", record.name(), backoff, cause);
      restarts++;
      timers.startSingleTimer(new Boot(), backoff);
      Duration doubled = backoff.multipliedBy(2);
      backoff = doubled.compareTo(policy.maxBackoff()) > 0 ? policy.maxBackoff() : doubled;
    } else {
      log.error("RT-0204 agent {} failed; it stays in FAIL", record.name(), cause);
    }
  }

  private void onRestart() {
    endRun();
    timers.cancelAll();
    restarts++;
    onBoot();
  }

  private void failIfOfCurrentRun(ChildFailed child) {
    Run run = current;
    if (run != null && child.getRef().path().name().endsWith(run.suffix)) {
      onFailed(child.getCause());
    }
  }

  private void onPostStop() {
    endRun();
    record.stopped(
        new MidplaneException(
            ErrorCode.CLOSED, "agent " + record.name() + ": stopped before it was READY"));
    announce(ProcessState.STOPPED);
  }

  /** Stops what the current run consists of; its late messages find nobody. */
  private void endRun() {
    Run run = current;
    if (run == null) {
      return;
    }
    current = null;
    context.getChildren().forEach(context::stop);
    try {
      run.agent.stop();
    } catch (RuntimeException failure) {
      log.warn("RT-0205 stop() of agent {} failed", record.name(), failure);
    }
  }

  private void announce(ProcessState state) {
    midplane
        .events()
        .publish(
            EventId.of("agent", record.name(), state.name().toLowerCase(Locale.ROOT)),
            Row.of("name", record.name(), "state", state.name(), "restarts", restarts));
  }

  /** One start of the agent, as the agent sees the runtime. */
  private final class Run implements AgentContext {
    private final Agent agent;
    private final String suffix;

    Run(Agent agent, int number) {
      this.agent = agent;
      this.suffix = number == 0 ? "" : "-" + number;
    }

    @Override
    public String name() {
      return record.name();
    }

    @Override
    public Midplane midplane() {
      return midplane;
    }

    @Override
    public void ready() {
      context.getSelf().tell(new Ready(this));
    }

    @Override
    public void loading() {
      context.getSelf().tell(new Loading(this));
    }

    @Override
    public void waitingFor(String what) {
      context.getSelf().tell(new WaitingFor(this, what));
    }

    @Override
    public void fail(Throwable cause) {
      context.getSelf().tell(new Failed(this, cause));
    }

    @Override
    public <M> ActorRef<M> spawn(Behavior<M> behavior, String actorName) {
      return engine.spawnChild(context, behavior, actorName + suffix);
    }

    @Override
    public <M> ServingActor<M> serve(
        String actorName,
        boolean parallel,
        Workers workers,
        Function<Callee, Behavior<M>> behavior) {
      return engine.serveChild(
          context, record.name(), actorName + suffix, parallel, workers, behavior);
    }

    @Override
    public Logger log() {
      return log;
    }
  }
}
