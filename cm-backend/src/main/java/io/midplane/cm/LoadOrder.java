package io.midplane.cm;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.actors.AgentHandle;
import io.midplane.actors.Event;
import io.midplane.actors.EventId;
import io.midplane.actors.ProcessState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides when an agent's configuration is loaded: once every agent in its configDeps is READY.
 * Owns the agents that still wait; never blocks.
 */
final class LoadOrder {

  /** What it can be told. */
  sealed interface Command {}

  /** An agent has registered and waits for its configuration. */
  record Registered(Registration agent) implements Command {}

  /** An agent serves from now on; it may have said READY long before. */
  record Serving() implements Command {}

  private record AgentChanged() implements Command {}

  private final Core core;
  private final Map<Registration, String> waiting = new LinkedHashMap<>();

  private LoadOrder(Core core) {
    this.core = core;
  }

  static Behavior<Command> create(Core core) {
    return Behaviors.setup(context -> {
      ActorRef<Event> changes = context.messageAdapter(Event.class, event -> new AgentChanged());
      core.midplane().events().subscribe(EventId.of("agent"), changes);
      return Behaviors.receiveMessage(new LoadOrder(core)::onCommand);
    });
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Registered(var agent) -> waiting.put(agent, "");
      case AgentChanged() -> core.registry().removeStopped();
      case Serving() -> {}
    }
    waiting.keySet().removeIf(Registration::isEnded);
    new LinkedHashMap<>(waiting).forEach(this::loadOrReport);
    return Behaviors.same();
  }

  private void loadOrReport(Registration agent, String reported) {
    String missing =
        agent.configDeps().stream()
            .map(this::whatIsMissing)
            .flatMap(Optional::stream)
            .collect(Collectors.joining(", "));
    if (missing.isEmpty()) {
      waiting.remove(agent);
      core.load(agent);
    } else if (!missing.equals(reported)) {
      waiting.put(agent, missing);
      agent.context().waitingFor("configDeps: " + missing);
      agent.context().log().info("CM-0104 agent {} waits: {}", agent.name(), missing);
    }
  }

  /** Why a dependency is not met yet; empty if it is. */
  private Optional<String> whatIsMissing(String name) {
    Optional<ProcessState> state =
        core.midplane().agent(name).map(AgentHandle::state).filter(s -> s != ProcessState.STOPPED);
    if (state.isEmpty()) {
      return Optional.of("agent " + name + " is not there");
    }
    boolean loading = core.registry().agent(name).filter(agent -> !agent.isServing()).isPresent();
    if (state.get() != ProcessState.READY) {
      return Optional.of("agent %s is %s".formatted(name, state.get()));
    }
    return loading ? Optional.of("agent " + name + " has not loaded yet") : Optional.empty();
  }
}
