package io.midplane.cm;

import io.midplane.actors.AgentContext;
import io.midplane.actors.AgentHandle;
import io.midplane.actors.ProcessState;
import io.midplane.actors.ServingActor;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.CmBackendProtocol.Command;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One start of one agent, as the configuration knows it. Thread-safe. */
final class Registration {

  private final AgentContext context;
  private final AgentHandle handle;
  private final CmAgent agent;
  private final Map<String, BoundTable<?>> tables = new LinkedHashMap<>();
  private final List<String> configDeps;
  private volatile @Nullable ServingActor<Command> backend;
  private volatile boolean serving;
  private volatile boolean ended;

  Registration(
      Core core,
      AgentContext context,
      CmAgent agent,
      List<BoundTable<?>> tables,
      List<String> configDeps) {
    this.context = context;
    this.handle = core.midplane().agent(context.name()).orElseThrow();
    this.agent = agent;
    this.configDeps = configDeps;
    tables.forEach(table -> this.tables.put(table.name(), table));
  }

  String name() {
    return context.name();
  }

  AgentContext context() {
    return context;
  }

  AgentHandle handle() {
    return handle;
  }

  CmAgent agent() {
    return agent;
  }

  List<String> configDeps() {
    return configDeps;
  }

  /** Its tables, in the order in which they were declared. */
  List<BoundTable<?>> tables() {
    return List.copyOf(tables.values());
  }

  boolean hasTable(String name) {
    return tables.containsKey(name);
  }

  BoundTable<?> table(String name) {
    return Objects.requireNonNull(tables.get(name), name);
  }

  /** The tables that are saved. */
  List<BoundTable<?>> persistentTables() {
    return tables.values().stream().filter(BoundTable::isPersistent).toList();
  }

  void servedBy(ServingActor<Command> actor) {
    backend = actor;
  }

  /** The agent is loaded and has said that it is ready. */
  void serving() {
    serving = true;
  }

  boolean isServing() {
    return serving && !ended;
  }

  /** This start of the agent is over. */
  void ended() {
    ended = true;
  }

  boolean isEnded() {
    return ended;
  }

  /** Whether the agent is gone for good and its tables with it. */
  boolean isStopped() {
    return handle.state() == ProcessState.STOPPED;
  }

  /** Tells its actor, also before it serves. */
  void tell(Command command) {
    Objects.requireNonNull(backend).ref().tell(command);
  }

  /**
   * Its actor, to send a request to.
   *
   * @throws ModuleUnavailable unless it is serving
   */
  ServingActor<Command> actor() {
    ServingActor<Command> actor = backend;
    if (actor == null || !isServing()) {
      throw unavailable();
    }
    return actor;
  }

  ModuleUnavailable unavailable() {
    return ModuleUnavailable.of(handle);
  }

  /**
   * The client's error for what a handler threw.
   *
   * @param onWorker whether it ran on a worker, whose interrupt is kept; the next actor on an
   *     actor's thread must not get it
   */
  MidplaneException failure(String table, ActionKind kind, Throwable failure, boolean onWorker) {
    if (failure instanceof MidplaneException known) {
      return known;
    }
    if (onWorker && failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    context.log().warn("CM-0103 {} of table {} failed", kind, table, failure);
    return new MidplaneException(
        ErrorCode.INTERNAL, "%s: %s failed: %s".formatted(table, kind, failure), failure);
  }
}
