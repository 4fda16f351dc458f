package io.midplane.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import com.typesafe.config.Config;
import io.midplane.calls.BlockingGate;
import io.midplane.calls.CallGraph;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.ExtensionHost;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import io.midplane.protocol.Row;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One runtime: an actor system, the agents in it, the gate every blocking call passes, and the
 * event bus. Several can live in one JVM; they share nothing.
 *
 * <pre>{@code
 * try (var midplane = Midplane.start()) {
 *   midplane.spawn(new VlanAgent(), "vlan");
 *   var config = Configuration.of(midplane);
 *   config.set("vlan", Row.of("name", "blue", "id", 7));
 * }
 * }</pre>
 *
 * <p>A method with a plain name may block and is then refused, with a {@link
 * io.midplane.calls.DeadlockDetectedException}, on any thread that must not wait; its {@code Async}
 * twin never blocks. Thread-safe.
 */
public final class Midplane implements ExtensionHost<Midplane>, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Midplane.class);

  private final MidplaneSettings settings;
  private final Config config;
  private final Options options;
  private final Engine engine;
  private final Agents agents;
  private final Extensions extensions = new Extensions();
  private final EventBus events;
  private final ThreadMonitor monitor;
  private final Set<Runner> runners = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private Midplane(MidplaneSettings settings) {
    this.settings = settings;
    this.config = settings.resolve();
    this.options = Options.read(config);
    options.dataDirectory().ifPresent(DataDirectory::open);
    this.engine = Engine.start(config, this::stopActors, this::onEngineEnded);
    this.events = new EventBus(engine, options.streamBuffer(), options.callbackBuffer());
    this.agents = new Agents(this, engine, options);
    this.monitor = monitorOf(name(), this::fail);
  }

  /** Starts a runtime with the default settings. Blocks for the start of the actor system only. */
  public static Midplane start() {
    return start(MidplaneSettings.defaults());
  }

  /**
   * Starts a runtime.
   *
   * @throws MidplaneException INVALID_ARGUMENT for an unknown {@code midplane.*} setting or a value
   *     of the wrong type, NOT_ALLOWED for a data directory that others could read ({@link
   *     DataDirectory#open}); nothing was started then
   */
  public static Midplane start(MidplaneSettings settings) {
    return new Midplane(settings);
  }

  /** The name of the runtime, {@code midplane} unless set. */
  public String name() {
    return engine.system().name();
  }

  /**
   * Starts an agent and waits until it is READY. It cannot be made anew, so once it FAILs it stays
   * in FAIL; pass a supplier to have it restarted.
   *
   * <p>Blocks: yes, up to the ready timeout.
   *
   * @throws MidplaneException what made the start fail, or TIMED_OUT with what the agent still
   *     waits for; the agent is stopped then and its name free again
   */
  public AgentHandle spawn(Agent agent, String name) {
    return agents.spawn(() -> agent, false, name);
  }

  /**
   * Like {@link #spawn(Agent, String)}; an agent that FAILs later is made anew and started again.
   */
  public AgentHandle spawn(Supplier<? extends Agent> agent, String name) {
    return agents.spawn(agent, true, name);
  }

  /** Like {@link #spawn(Supplier, String)} without blocking; completes on a virtual thread. */
  public CompletionStage<AgentHandle> spawnAsync(Supplier<? extends Agent> agent, String name) {
    return agents.spawnAsync(agent, name);
  }

  /**
   * Starts an agent and returns at once. It stays where its start leaves it, LOADCFG for instance
   * when an agent it depends on is missing, until it is stopped.
   */
  public AgentHandle launch(Supplier<? extends Agent> agent, String name) {
    return agents.launch(agent, name);
  }

  /** The agents, in the order they were started. */
  public List<AgentStatus> agents() {
    return agents.statuses();
  }

  /** The agent of that name, if one is there. */
  public Optional<AgentHandle> agent(String name) {
    return agents.find(name);
  }

  /** Starts an actor with default options: when it fails it is stopped. Does not block. */
  public <M> ActorRef<M> spawnActor(Behavior<M> behavior, String name) {
    return spawnActor(behavior, name, SpawnOptions.defaults());
  }

  /**
   * Starts an actor at the top of the runtime. Its threads are known to the gate, on every
   * dispatcher, and whoever waits for its reply learns of its restart or death at once. Does not
   * block.
   *
   * @throws MidplaneException ALREADY_EXISTS if the name is taken, INVALID_ARGUMENT if Akka does
   *     not take it as an actor name
   */
  public <M> ActorRef<M> spawnActor(Behavior<M> behavior, String name, SpawnOptions options) {
    return engine.spawn(behavior, name, options);
  }

  /**
   * Starts a service: an actor that answers one request at a time with {@code handler}, on virtual
   * threads, so that the handler may block.
   */
  public <Q, R> Service<Q, R> service(String name, Service.Handler<Q, R> handler) {
    return service(name, handler, ServiceOptions.defaults());
  }

  /** Starts a service with options. Does not block. */
  public <Q, R> Service<Q, R> service(
      String name, Service.Handler<Q, R> handler, ServiceOptions options) {
    return Service.start(engine, this.options.callTimeout(), name, handler, options);
  }

  /**
   * Asks an actor and waits for its reply, for the default call timeout.
   *
   * <p>Blocks: yes; refused on actor threads.
   *
   * @see #ask(ActorRef, Function, Duration)
   */
  public <M, R> R ask(ActorRef<M> actor, Function<ActorRef<R>, M> message) {
    return ask(actor, message, options.callTimeout());
  }

  /**
   * Asks an actor and waits for its reply.
   *
   * <p>Blocks: yes. Fails at once when the actor dies, or is restarted after it took the message.
   *
   * @param message makes the message from the reference to reply to
   * @throws io.midplane.calls.DeadlockDetectedException if this thread must not wait; the message
   *     was not sent
   * @throws MidplaneException TIMED_OUT, or CALLEE_DIED with the reason
   */
  public <M, R> R ask(ActorRef<M> actor, Function<ActorRef<R>, M> message, Duration timeout) {
    return engine.asks().ask(actor, message, timeout);
  }

  /** The asynchronous twin of {@link #ask(ActorRef, Function)}; completes on a virtual thread. */
  public <M, R> CompletionStage<R> askAsync(ActorRef<M> actor, Function<ActorRef<R>, M> message) {
    return askAsync(actor, message, options.callTimeout());
  }

  /** The asynchronous twin of {@link #ask(ActorRef, Function, Duration)}. */
  public <M, R> CompletionStage<R> askAsync(
      ActorRef<M> actor, Function<ActorRef<R>, M> message, Duration timeout) {
    return engine.asks().askAsync(actor, message, timeout);
  }

  /**
   * Who runs handlers that may block: virtual threads, or an executor of the user's own, whose
   * capacity then joins the call graph.
   */
  public Workers workers(@Nullable ExecutorService executor) {
    return engine.workers(executor);
  }

  /**
   * The one instance of a subsystem in this runtime, made at the first call. Subsystems offer this
   * as {@code Subsystem.of(midplane)}; one that is {@link AutoCloseable} is closed with the
   * runtime, last made first.
   */
  @Override
  public <E> E extension(Class<E> type, Function<Midplane, E> create) {
    return extensions.get(type, () -> create.apply(this));
  }

  /** The event bus of this runtime. */
  public EventBus events() {
    return events;
  }

  /** The gate that every blocking call of this runtime passes. */
  @Override
  public BlockingGate gate() {
    return engine.gate();
  }

  /** Who waits for whom in this runtime. */
  public CallGraph graph() {
    return engine.graph();
  }

  /** The actor system underneath. */
  public ActorSystem<Void> system() {
    return engine.system();
  }

  /** The configuration the runtime was started with, resolved and checked. */
  public Config config() {
    return config;
  }

  /** The settings the runtime was started with. */
  public MidplaneSettings settings() {
    return settings;
  }

  /** Where the runtime keeps what survives a restart; empty if it keeps nothing. */
  public Optional<Path> dataDirectory() {
    return options.dataDirectory();
  }

  /** Runs each task on a virtual thread of its own; what the {@code Async} twins complete on. */
  public Executor virtualThreads() {
    return engine.virtualThreads();
  }

  /**
   * Watches threads and pools that belong to no agent: one that gives no sign of life in time puts
   * the runtime in FAIL.
   */
  public ThreadMonitor monitor() {
    return monitor;
  }

  /** A monitor of an owner's own; closed by the owner. */
  ThreadMonitor monitorOf(String owner, Consumer<Throwable> onMissed) {
    return new ThreadMonitor(owner, engine, options.poolPeriod(), onMissed);
  }

  /**
   * READY while the runtime serves, FAIL once something failed that no agent answers for (the
   * application's main, a thread or pool watched by {@link #monitor()}, the actor system itself),
   * STOPPED once {@link #close} has begun. A runtime in FAIL goes on serving what still can be
   * served.
   */
  public ProcessState state() {
    if (!engine.isOpen()) {
      return ProcessState.STOPPED;
    }
    return failure.get() == null ? ProcessState.READY : ProcessState.FAIL;
  }

  /** The first failure that no agent answers for, if there was one; it stays after the end. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** Puts the runtime in FAIL: shows the cause, publishes {@code runtime.fail}, goes on serving. */
  void fail(Throwable cause) {
    if (failure.compareAndSet(null, cause)) {
      LOG.error("RT-0104 runtime {} is in FAIL and goes on serving", name(), cause);
    } else {
      LOG.error("RT-0105 runtime {} is in FAIL already; another failure", name(), cause);
    }
    events.publish(
        EventId.of("runtime", "fail"), Row.of("name", name(), "reason", cause.toString()));
  }

  /** Runs with the runtime: {@link #close} interrupts it and waits for it before it goes on. */
  void add(Runner runner) {
    if (!engine.isOpen()) {
      throw engine.closed();
    }
    runners.add(runner);
  }

  void remove(Runner runner) {
    runners.remove(runner);
  }

  /** Completes, on a virtual thread, once the runtime has stopped. */
  public CompletionStage<Void> whenClosed() {
    return gate().outcome(closing("thenRun()"), engine.terminated());
  }

  /**
   * Interrupts the application's main, if it still runs, and lets it unwind; then stops the agents,
   * last started first, the extensions and all actors. A second call waits for the first.
   *
   * <p>Blocks: yes, up to the stop timeout for each of main, agents and actors; refused on actor
   * threads.
   *
   * @throws MidplaneException TIMED_OUT if actors are still running after the stop timeout
   */
  @Override
  public void close() {
    gate().checkMayBlock(closing("closeAsync()"));
    unwindAndStop();
  }

  private Operation closing(String alternative) {
    return new Operation("close " + name(), alternative);
  }

  /** The asynchronous twin of {@link #close()}; completes on a virtual thread. */
  public CompletionStage<Void> closeAsync() {
    return gate()
        .outcome(
            closing("thenRun()"),
            CompletableFuture.runAsync(this::unwindAndStop, virtualThreads()));
  }

  private void unwindAndStop() {
    runners.forEach(runner -> runner.unwind(options.stopTimeout()));
    stopActors();
  }

  /** What an exit of the JVM does, too: it stops the actors and nothing else. */
  private void stopActors() {
    Duration timeout = options.stopTimeout();
    boolean first = engine.beginClose();
    if (first) {
      try {
        agents.stopAll(timeout);
        monitor.close();
        extensions.closeAll();
      } finally {
        engine.terminate();
      }
    }
    if (!engine.awaitTermination(first ? timeout : timeout.multipliedBy(2))) {
      throw new MidplaneException(
          ErrorCode.TIMED_OUT,
          "runtime %s: actors still running %s after close; raise midplane.stop.timeout or find who"
                  .formatted(name(), timeout)
              + " blocks in PostStop");
    }
  }

  private void onEngineEnded() {
    fail(
        new MidplaneException(
            ErrorCode.INTERNAL,
            "runtime %s: its actor system ended by itself; its log says why, start another runtime"
                .formatted(name())));
  }
}
