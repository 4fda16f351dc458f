package io.midplane.actors;

import akka.actor.InvalidActorNameException;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import com.typesafe.config.Config;
import io.midplane.calls.BlockingGate;
import io.midplane.calls.CallGraph;
import io.midplane.calls.Callee;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Pool;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private final ExecutorService virtualThreads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("midplane-virtual-", 0).factory());
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();
  private final ConcurrentMap<ExecutorService, Pool> pools = new ConcurrentHashMap<>();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final DeathWatch.Registry deathWatch;
  private final Callees callees;
  private final Asks asks;
  private final Thread shutdownHook;

  private Engine(Config config, Runnable shutDown) {
    this.untyped = akka.actor.ActorSystem.create(config.getString("midplane.name"), config);
    this.system = typed(untyped);
    this.deathWatch = DeathWatch.start(untyped);
    this.callees = new Callees(graph, deathWatch);
    this.asks = new Asks(gate, callees, system);
    this.shutdownHook = new Thread(() -> shutDownAtExit(shutDown), "midplane-shutdown");
  }

  static Engine start(Config config, Runnable shutDown) {
    Engine engine = new Engine(config, shutDown);
    Runtime.getRuntime().addShutdownHook(engine.shutdownHook);
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

  /** Starts a top-level actor behind the runtime's interceptor. */
  <M> ActorRef<M> spawn(Behavior<M> behavior, String name, SpawnOptions options) {
    return spawn(behavior, graph.callee(name), options);
  }

  /** Starts a top-level actor that its callers see as {@code callee}. */
  <M> ActorRef<M> spawn(Behavior<M> behavior, Callee callee, SpawnOptions options) {
    WatchedActor actor = WatchedActor.own(callee);
    String name = callee.name();
    ActorRef<M> ref;
    try {
      ref =
          Adapter.spawn(
              untyped, RuntimeInterceptor.around(behavior, actor, options), name, options.props());
    } catch (InvalidActorNameException refused) {
      actor.callee().close();
      throw nameRefused(name, refused);
    } catch (IllegalStateException stopped) {
      actor.callee().close();
      throw new MidplaneException(
          ErrorCode.CLOSED, "runtime " + system.name() + ": closed; nothing starts in it any more");
    }
    callees.adopt(ref, actor);
    return ref;
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
    ActorRef<M> ref = spawnChild(parent, behavior.apply(callee), actorName, callee);
    return new ServingActor<>(ref, callee, this);
  }

  /** Starts an actor below another one; on the parent's own thread only. */
  <M> ActorRef<M> spawnChild(ActorContext<?> parent, Behavior<M> behavior, String name) {
    Callee callee = graph.callee(parent.getSelf().path().name() + "/" + name);
    return spawnChild(parent, behavior, name, callee);
  }

  private <M> ActorRef<M> spawnChild(
      ActorContext<?> parent, Behavior<M> behavior, String name, Callee callee) {
    WatchedActor actor = WatchedActor.own(callee);
    ActorRef<M> ref =
        parent.spawn(RuntimeInterceptor.around(behavior, actor, SpawnOptions.defaults()), name);
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
        ? new Workers(virtualThreads, null)
        : new Workers(
            executor,
            pools.computeIfAbsent(
                executor, own -> graph.pool("executor " + pools.size(), capacity(own))));
  }

  /** How many handlers an executor runs at once, as far as it can be known. */
  private static int capacity(ExecutorService executor) {
    if (executor instanceof ThreadPoolExecutor threads) {
      boolean unbounded = threads.getQueue().remainingCapacity() == Integer.MAX_VALUE;
      return unbounded ? Math.max(1, threads.getCorePoolSize()) : threads.getMaximumPoolSize();
    }
    return Integer.MAX_VALUE;
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

  /** True for the one caller who is to stop agents and extensions. */
  boolean beginClose() {
    return closing.compareAndSet(false, true);
  }

  /** Stops the actor system and waits for it; false if it is still running after the timeout. */
  boolean finishClose(Duration timeout) {
    removeShutdownHook();
    untyped.terminate();
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
          terminated.complete(null);
          virtualThreads.shutdown();
        });
  }

  private void removeShutdownHook() {
    if (Thread.currentThread() != shutdownHook) {
      try {
        Runtime.getRuntime().removeShutdownHook(shutdownHook);
      } catch (IllegalStateException exiting) {
        LOG.debug("RT-0102 the JVM is exiting already");
      }
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
