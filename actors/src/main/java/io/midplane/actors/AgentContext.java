package io.midplane.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import io.midplane.calls.Callee;
import java.util.function.Function;
import org.slf4j.Logger;

/** What the runtime offers one running agent. Thread-safe; none of its methods blocks. */
public interface AgentContext {

  /** The name the agent was started under. */
  String name();

  /** The runtime it runs in. */
  Midplane midplane();

  /**
   * Says that the agent serves from now on: LOADCFG (or BOOTING) becomes READY. Later calls and
   * calls after a failure have no effect.
   */
  void ready();

  /**
   * Says that booting is over and the agent waits for its configuration: BOOTING becomes LOADCFG.
   */
  void loading();

  /**
   * Tells what the agent waits for, to be shown with its state; empty text when it waits no more.
   */
  void waitingFor(String what);

  /** Fails the agent: its actors are stopped, and it is started again if it can be made anew. */
  void fail(Throwable cause);

  /**
   * Starts an actor that lives and dies with the agent; its failure is the agent's failure.
   *
   * <p>Within {@link Agent#start} only.
   *
   * @param name unique within the agent
   */
  <M> ActorRef<M> spawn(Behavior<M> behavior, String name);

  /**
   * Starts an actor of the agent that serves calls; see {@link ServingActor}. Within {@link
   * Agent#start} only.
   *
   * @param name as for {@link #spawn}
   * @param parallel whether it serves shared calls side by side
   * @param workers run the handlers that may block
   * @param behavior makes the actor's behaviour from the actor as its callers see it
   */
  <M> ServingActor<M> serve(
      String name, boolean parallel, Workers workers, Function<Callee, Behavior<M>> behavior);

  /** Logger of this agent, named {@code agent.<name>}. */
  Logger log();
}
