package io.midplane.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import io.midplane.calls.Callee;
import io.midplane.protocol.Row;
import java.util.function.Function;
import org.slf4j.Logger;

/**
 * What the runtime offers one running agent, from its {@link Agent#start} until it fails or stops;
 * afterwards it has no effect. Thread-safe unless said otherwise; none of its methods blocks.
 */
public interface AgentContext {

  /** The name the agent was started under. */
  String name();

  /** The runtime it runs in. */
  Midplane midplane();

  /** Says that the agent serves from now on: it becomes READY once {@link Agent#start} is over. */
  void ready();

  /**
   * Tells what the agent waits for, to be shown with its state; empty text when it waits no more.
   */
  void waitingFor(String what);

  /** Fails the agent: its actors are stopped, and it is started again if it can be made anew. */
  void fail(Throwable cause);

  /** Publishes an event in the agent's name; see {@link EventBus#publisher}. */
  void publish(EventId id, Row data);

  /**
   * Watches threads and pools of the agent: one that gives no sign of life in time fails the agent,
   * and all watching ends with the agent.
   */
  ThreadMonitor monitor();

  /**
   * Starts an actor that lives and dies with the agent; its failure is the agent's failure.
   *
   * @param name unique within the agent
   * @throws io.midplane.calls.MidplaneException NOT_ALLOWED outside {@link Agent#start}
   */
  <M> ActorRef<M> spawn(Behavior<M> behavior, String name);

  /**
   * Starts an actor of the agent that serves calls; see {@link ServingActor}. Otherwise like {@link
   * #spawn}.
   *
   * @param parallel whether it serves shared calls side by side
   * @param workers run the handlers that may block
   * @param behavior makes the actor's behaviour from the actor as its callers see it
   */
  <M> ServingActor<M> serve(
      String name, boolean parallel, Workers workers, Function<Callee, Behavior<M>> behavior);

  /** Logger of this agent, named {@code agent.<name>}. */
  Logger log();
}
