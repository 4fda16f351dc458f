package io.midplane.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import io.midplane.calls.Callee;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Row;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start of an agent and what came of it, as the agent sees the runtime. Its children and its
 * beginning and end belong to the agent's actor; the rest is for any thread.
 */
final class AgentRun implements AgentContext {

  private final Agent agent;
  private final String suffix;
  private final Midplane midplane;
  private final Engine engine;
  private final ActorContext<AgentActor.Command> context;
  private final EventBus.Publisher publisher;
  private final Logger log;
  private final LogKeys keys;
  private final ThreadMonitor monitor;
  private final Set<ActorRef<Void>> children = new HashSet<>();
  private volatile @Nullable Thread starting;

  /**
   * A run that has not begun.
   *
   * @param number counts the agent's starts, from 1; later ones name their actors after it
   */
  AgentRun(
      Agent agent,
      int number,
      Midplane midplane,
      Engine engine,
      ActorContext<AgentActor.Command> context,
      AgentRecord record,
      Logger log) {
    this.agent = agent;
    this.suffix = number == 1 ? "" : "-" + number;
    this.midplane = midplane;
    this.engine = engine;
    this.context = context;
    this.publisher = record.publisher();
    this.log = log;
    this.keys = new LogKeys(midplane.name(), publisher.name());
    ActorRef<AgentActor.Command> self = context.getSelf();
    this.monitor =
        midplane.monitorOf(
            publisher.name(), cause -> self.tell(new AgentActor.Failed(this, cause)));
  }

  static Logger logger(String agent) {
    return LoggerFactory.getLogger("agent." + agent);
  }

  /** Lets one future end as another does. */
  static void follow(CompletableFuture<Void> first, CompletableFuture<Void> then) {
    var _ =
        first.whenComplete((done, failure) -> {
          if (failure == null) {
            then.complete(null);
          } else {
            then.completeExceptionally(failure);
          }
        });
  }

  /** Starts the agent. */
  void start() throws Exception {
    starting = Thread.currentThread();
    try {
      agent.start(this);
    } finally {
      starting = null;
    }
  }

  /** Stops the run's actors and cleans up; the answer is the actors that have yet to stop. */
  @SuppressWarnings("CatchThrowable") // whatever it is, it must not keep the agent from ending
  Set<ActorRef<Void>> end() {
    children.forEach(context::stop);
    monitor.close();
    try {
      agent.stop();
    } catch (Throwable failure) {
      log.error("RT-0205 stop() of agent {} failed", name(), failure);
    }
    return children;
  }

  /** True if a child of this run is gone. */
  boolean lost(ActorRef<Void> child) {
    return children.remove(child);
  }

  @Override
  public String name() {
    return publisher.name();
  }

  @Override
  public Midplane midplane() {
    return midplane;
  }

  @Override
  public void ready() {
    context.getSelf().tell(new AgentActor.Ready(this));
  }

  @Override
  public void waitingFor(String what) {
    context.getSelf().tell(new AgentActor.WaitingFor(this, what));
  }

  @Override
  public void fail(Throwable cause) {
    context.getSelf().tell(new AgentActor.Failed(this, cause));
  }

  @Override
  public void publish(EventId id, Row data) {
    publisher.publish(id, data);
  }

  @Override
  public ThreadMonitor monitor() {
    return monitor;
  }

  @Override
  public <M> ActorRef<M> spawn(Behavior<M> behavior, String actorName) {
    requireStarting("spawn");
    return adopt(engine.spawnChild(context, behavior, actorName + suffix, keys));
  }

  @Override
  public <M> ServingActor<M> serve(
      String actorName, boolean parallel, Workers workers, Function<Callee, Behavior<M>> behavior) {
    requireStarting("serve");
    ServingActor<M> actor =
        engine.serveChild(context, name(), actorName + suffix, parallel, workers, behavior);
    adopt(actor.ref());
    return actor;
  }

  @Override
  public Logger log() {
    return log;
  }

  @Override
  public String toString() {
    return name() + suffix;
  }

  private <M> ActorRef<M> adopt(ActorRef<M> child) {
    children.add(child.unsafeUpcast());
    return child;
  }

  @SuppressWarnings("ReferenceEquality") // a thread is itself and no other
  private void requireStarting(String method) {
    if (starting != Thread.currentThread()) {
      throw new MidplaneException(
          ErrorCode.NOT_ALLOWED,
          "agent %s: %s() outside its start() on thread %s (expected: within start()); use midplane().spawnActor() for an actor that outlives the agent"
              .formatted(name(), method, Thread.currentThread().getName()));
    }
  }
}
