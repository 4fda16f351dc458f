package io.midplane.cm;

import io.midplane.actors.AgentContext;
import io.midplane.actors.Midplane;
import io.midplane.actors.Workers;
import io.midplane.calls.MidplaneException;

/** Registers agents with the configuration of their runtime. */
public final class CmBackend {

  private CmBackend() {}

  /**
   * Registers an agent with the tables it declares; from then on its events and actions are called.
   * {@link CmAgent#start} does this. Within {@link io.midplane.actors.Agent#start} only; does not
   * block.
   *
   * @throws MidplaneException ALREADY_EXISTS if this agent is registered already or another one has
   *     a table of the same name; INVALID_ARGUMENT if its configDeps form a cycle, which is named
   */
  public static void init(AgentContext context, CmAgent agent) {
    Midplane midplane = context.midplane();
    Core core = Configuration.of(midplane).core();
    Declaration declared = new Declaration();
    agent.declare(declared);
    var registration =
        new Registration(
            core,
            context,
            agent,
            declared.bind(midplane.events().publisher(context.name())),
            declared.configDeps());
    core.registry().add(registration);
    try {
      Workers workers = midplane.workers(agent.pool());
      registration.servedBy(
          context.serve(
              "cm",
              declared.hasParallelGets(),
              workers,
              callee ->
                  BackendActor.create(
                      core, registration, callee, workers, declared.hasAsyncEvents())));
    } catch (RuntimeException failure) {
      core.registry().remove(registration);
      throw failure;
    }
    core.loadOrder().tell(new LoadOrder.Registered(registration));
  }
}
