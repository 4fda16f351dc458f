package io.midplane.actors;

import akka.actor.Cancellable;
import akka.actor.InvalidActorNameException;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.event.Logging;
import com.typesafe.config.Config;
import io.midplane.calls.BlockingGate;
import io.midplane.calls.CallGraph;
import io.midplane.calls.Callee;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.GuardedPool;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Pool;
import io.midplane.calls.ThreadMark;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.ExecutionContext;

/**
 * The actor system of one runtime and what every actor in it shares: the call graph, the gate, the
 * watcher of callees, virtual threads.
 */
final class Engine {

  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  private final akka.actor.ActorSystem untyped;
  private final ActorSystem<Void> system;
  private final CallGraph graph = new CallGraph();
  private final BlockingGate gate = new BlockingGate(graph);

  /** Never shut down: stages complete on it also after the end. It holds no thread of its own. */
  private final ExecutorService virtualThreads =
      Executors.newThreadPerTaskExecutor(
          ThreadMark.freeThreads(Thread.ofVirtual().name("midplane-virtual-", 0).factory()));

  private final CompletableFuture<Void> terminated = new CompletableFuture<>();

  /** Executors that anybody else still holds: an agent may bring a new one with each start. */
  private final Map<ExecutorService, Pool> pools = Collections.synchronizedMap(new WeakHashMap<>());

  private final AtomicBoolean closing = new AtomicBoolean();
  private final DeathWatch.Registry deathWatch;
  private final Callees callees;
  private final Asks asks;
  private final Thread shutdownHook;
  private final Runnable onOwnEnd;
  private final AtomicLong agentsStarted = new AtomicLong();
  private final AtomicLong poolsMade = new AtomicLong();

  private Engine(Config config, Runnable shutDown, Runnable onOwnEnd) {
    this.onOwnEnd = onOwnEnd;
    this.untyped = akka.actor.ActorSystem.create(config.getString("midplane.name"), config);
    this.system = typed(untyped);
    this.deathWatch = DeathWatch.start(untyped);
    this.callees = new Callees(graph, deathWatch);
    this.asks = new Asks(gate, callees, system);
    this.shutdownHook = new Thread(() -> shutDownAtExit(shutDown), "midplane-shutdown");
  }

  /**
   * Starts the actor system.
   *
   * @param shutDown runs when the JVM exits
   * @param onOwnEnd runs when the actor system has ended without having been told to
   */
  static Engine start(Config config, Runnable shutDown, Runnable onOwnEnd) {
    Engine engine = new Engine(config, shutDown, onOwnEnd);
    try {
      Runtime.getRuntime().addShutdownHook(engine.shutdownHook);
    } catch (IllegalStateException exiting) {
      engine.terminate();
      throw engine.closed();
    }
    engine.untyped.getWhenTerminated().whenComplete((done, failure) -> engine.completeTerminated());
    return engine;
  }

  ActorSystem<Void> system() {
    return system;
  }

  CallGraph graph() {
    return graph;
  }

  BlockingGate gate() {
    return gate;
  }

  DeathWatch.Registry deathWatch() {
    return deathWatch;
  }

  Callees callees() {
    return callees;
  }

  Asks asks() {
    return asks;
  }

  ExecutorService virtualThreads() {
    return virtualThreads;
  }

  /**
   * Runs a short task that does not block once a period, on the scheduler's own thread: also while
   * the dispatcher's threads are all busy.
   */
  Cancellable schedule(Duration period, Runnable task) {
    return system
        .scheduler()
        .scheduleWithFixedDelay(period, period, task, ExecutionContext.fromExecutor(Runnable::run));
  }

  /** Starts a top-level actor behind the runtime's interceptor. */
  <M> ActorRef<M> spawn(Behavior<M> behavior, String name, SpawnOptions options) {
    return spawn(behavior, graph.callee(name), options);
  }

  /**
   * Starts the actor of an agent. Its own name is never used again, for an actor's name becomes
   * free only some time after the actor has stopped.
   */
  <M> ActorRef<M> spawnAgent(Behavior<M> behavior, String name) {
    String actorName = "agent-" + name + "-" + agentsStarted.incrementAndGet();
    return spawn(behavior, actorName, graph.callee(name), SpawnOptions.defaults());
  }

  private <M> ActorRef<M> spawn(Behavior<M> behavior, Callee callee, SpawnOptions options) {
    return spawn(behavior, callee.name(), callee, options);
  }

  private <M> ActorRef<M> spawn(
      Behavior<M> behavior, String name, Callee callee, SpawnOptions options) {
    WatchedActor actor = WatchedActor.own(callee, null);
    try {
      ActorRef<M> ref =
          Adapter.spawn(untyped, intercepted(behavior, actor, options), name, options.props());
      callees.adopt(ref, actor);
      return ref;
    } catch (InvalidActorNameException refused) {
      throw nameRefused(name, refused);
    } catch (IllegalStateException stopped) {
      throw closed();
    }
  }

  /** The runtime takes charge of the actor before anybody else can know its reference. */
  private <M> Behavior<M> intercepted(
      Behavior<M> behavior, WatchedActor actor, SpawnOptions options) {
    return RuntimeInterceptor.around(behavior, actor, options, ref -> callees.adopt(ref, actor));
  }

  /** The error of whoever wants to start something in a closed runtime. */
  MidplaneException closed() {
    return new MidplaneException(
        ErrorCode.CLOSED, "runtime " + system.name() + ": closed; nothing starts in it any more");
  }

  /** Starts a top-level actor that serves calls. */
  <M> ServingActor<M> serve(
      String name, boolean parallel, Workers workers, Function<Callee, Behavior<M>> behavior) {
    Callee callee = callee(name, parallel, workers);
    ActorRef<M> ref = spawn(behavior.apply(callee), callee, SpawnOptions.defaults());
    return new ServingActor<>(ref, callee, this);
  }

  /** Starts an actor that serves calls below another one; on the parent's own thread only. */
  <M> ServingActor<M> serveChild(
      ActorContext<?> parent,
      String calleeName,
      String actorName,
      boolean parallel,
      Workers workers,
      Function<Callee, Behavior<M>> behavior) {
    Callee callee = callee(calleeName, parallel, workers);
    ActorRef<M> ref = spawnChild(parent, behavior.apply(callee), actorName, callee, null);
    return new ServingActor<>(ref, callee, this);
  }

  /**
   * Starts an actor below another one; on the parent's own thread only.
   *
   * @param keys for what it logs
   */
  <M> ActorRef<M> spawnChild(
      ActorContext<?> parent, Behavior<M> behavior, String name, LogKeys keys) {
    Callee callee = graph.callee(parent.getSelf().path().name() + "/" + name);
    return spawnChild(parent, behavior, name, callee, keys);
  }

  private <M> ActorRef<M> spawnChild(
      ActorContext<?> parent,
      Behavior<M> behavior,
      String name,
      Callee callee,
      @Nullable LogKeys keys) {
    WatchedActor actor = WatchedActor.own(callee, keys);
    ActorRef<M> ref = parent.spawn(intercepted(behavior, actor, SpawnOptions.defaults()), name);
    parent.watch(ref);
    callees.adopt(ref, actor);
    return ref;
  }

  private Callee callee(String name, boolean parallel, Workers workers) {
    Callee callee = parallel ? graph.parallelCallee(name) : graph.callee(name);
    workers.pool().ifPresent(callee::runsOn);
    return callee;
  }

  /** Who runs handlers that may block: the user's executor, or virtual threads. */
  Workers workers(@Nullable ExecutorService executor) {
    return executor == null
        ? new Workers(virtualThreads, null, system.name())
        : new Workers(
            executor,
            pools.computeIfAbsent(
                executor, own -> graph.pool("executor " + poolsMade.incrementAndGet(), own)),
            system.name());
  }

  /** Makes a guarded pool known as the resource that its executor is. */
  void adopt(GuardedPool pool) {
    pools.put(pool.executor(), pool.pool());
  }

  void forget(GuardedPool pool) {
    pools.remove(pool.executor());
  }

  private static MidplaneException nameRefused(String name, InvalidActorNameException refused) {
    boolean taken = String.valueOf(refused.getMessage()).contains("not unique");
    return taken
        ? new MidplaneException(
            ErrorCode.ALREADY_EXISTS,
            "name: " + name + " is taken; choose another or stop the first")
        : new MidplaneException(
            ErrorCode.INVALID_ARGUMENT, "name: " + name + " (expected: an actor name)", refused);
  }

  boolean isOpen() {
    return !closing.get();
  }

  CompletionStage<Void> terminated() {
    return terminated.minimalCompletionStage();
  }

  /** Whether the actor system has ended. */
  boolean hasTerminated() {
    return terminated.isDone();
  }

  /** True for the one caller who is to stop agents and extensions. */
  boolean beginClose() {
    return closing.compareAndSet(false, true);
  }

  /** Ends the actor system; {@link #awaitTermination} waits for it. */
  void terminate() {
    closing.set(true);
    silenceDeadLetters();
    untyped.terminate();
  }

  /**
   * Akka stops the one who logs dead letters by a message, which may come later than what a closing
   * system loses; the level works at once.
   */
  private void silenceDeadLetters() {
    if (!untyped.settings().LogDeadLettersDuringShutdown()
        && untyped.eventStream().logLevel() > Logging.WarningLevel()) {
      untyped.eventStream().setLogLevel(Logging.WarningLevel());
    }
  }

  /** Waits for the end of the actor system; false if it is still running after the timeout. */
  boolean awaitTermination(Duration timeout) {
    try {
      terminated.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void completeTerminated() {
    // A thread of its own: the completing one belongs to the actor system that has just ended.
    Thread.ofVirtual()
        .name("midplane-terminated")
        .start(() -> {
          removeShutdownHook();
          if (!closing.get()) {
            onOwnEnd.run();
          }
          callees.allDied();
          terminated.complete(null);
        });
  }

  private void removeShutdownHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException exiting) {
      LOG.debug("RT-0102 the JVM is exiting already");
    }
  }

  private static void shutDownAtExit(Runnable shutDown) {
    try {
      shutDown.run();
    } catch (RuntimeException failure) {
      LOG.error("RT-0103 the runtime did not stop cleanly at exit", failure);
    }
  }

  @SuppressWarnings("unchecked") // Nobody sends to the root of an adapted system.
  private static ActorSystem<Void> typed(akka.actor.ActorSystem untyped) {
    return (ActorSystem<Void>) (ActorSystem<?>) Adapter.toTyped(untyped);
  }
}
