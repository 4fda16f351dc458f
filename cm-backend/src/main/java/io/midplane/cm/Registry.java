package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which agent owns which table, and who depends on whom. Changes take a lock; looking up a table's
 * owner does not. Thread-safe.
 */
final class Registry {

  /** A table and its owner. */
  record Route(BoundTable<?> table, Registration owner) {}

  private final ConcurrentMap<String, Route> routes = new ConcurrentHashMap<>();
  private final Map<String, Registration> agents = new TreeMap<>();

  /** Where a table is served; refused if there is no such table. */
  Route route(String table) {
    Route route = routes.get(table);
    if (route == null) {
      throw new MidplaneException(
          ErrorCode.NOT_FOUND,
          routes.isEmpty()
              ? "table %s: unknown (expected: one of a running agent; there is none)"
                  .formatted(table)
              : "table %s: unknown (expected: %s)"
                  .formatted(table, String.join(", ", routes.keySet().stream().sorted().toList())));
    }
    return route;
  }

  /** All tables, by name. */
  List<Route> routes() {
    return List.copyOf(new TreeMap<>(routes).values());
  }

  synchronized Optional<Registration> agent(String name) {
    return Optional.ofNullable(agents.get(name));
  }

  /** Takes in a start of an agent, in place of its former one; or refuses and changes nothing. */
  synchronized void add(Registration added) {
    removeStopped();
    refuseSecondInit(added);
    for (BoundTable<?> table : added.tables()) {
      refuseTaken(table, added);
    }
    refuseCycle(added);
    Registration former = agents.put(added.name(), added);
    if (former != null) {
      former.ended();
      removeRoutes(former);
    }
    added.tables().forEach(table -> routes.put(table.name(), new Route(table, added)));
  }

  private void refuseSecondInit(Registration added) {
    for (Registration other : agents.values()) {
      boolean sameStart = other.context() == added.context();
      boolean sameAgent = other.agent() == added.agent() && !other.name().equals(added.name());
      if (!other.isEnded() && (sameStart || sameAgent)) {
        throw new MidplaneException(
            ErrorCode.ALREADY_EXISTS,
            "agent %s: registered with the configuration already, as %s; init once per start"
                .formatted(added.name(), other.name()));
      }
    }
  }

  private void refuseTaken(BoundTable<?> table, Registration added) {
    Route taken = routes.get(table.name());
    if (taken != null && !taken.owner().name().equals(added.name())) {
      throw new MidplaneException(
          ErrorCode.ALREADY_EXISTS,
          "table %s: agent %s owns one of that name, agent %s cannot; rename it or stop the other"
              .formatted(table.name(), taken.owner().name(), added.name()));
    }
  }

  private void refuseCycle(Registration added) {
    List<String> cycle = path(added.configDeps(), added.name(), new LinkedHashSet<>());
    if (!cycle.isEmpty()) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "configDeps: %s → %s (expected: no cycle); break it in one of them"
              .formatted(added.name(), String.join(" → ", cycle)));
    }
  }

  /** A way along the dependencies to {@code target}; empty if there is none. */
  private List<String> path(Collection<String> from, String target, Collection<String> seen) {
    for (String next : from) {
      if (next.equals(target)) {
        return List.of(target);
      }
      Registration agent = agents.get(next);
      if (agent != null && seen.add(next)) {
        List<String> rest = path(agent.configDeps(), target, seen);
        if (!rest.isEmpty()) {
          List<String> whole = new ArrayList<>(List.of(next));
          whole.addAll(rest);
          return whole;
        }
      }
    }
    return List.of();
  }

  synchronized void remove(Registration removed) {
    removed.ended();
    agents.remove(removed.name(), removed);
    removeRoutes(removed);
  }

  /** Forgets the agents that were stopped for good, and their tables. */
  synchronized void removeStopped() {
    List.copyOf(agents.values()).stream().filter(Registration::isStopped).forEach(this::remove);
  }

  private void removeRoutes(Registration former) {
    routes.values().removeIf(route -> route.owner() == former);
  }

  /** The agents that serve, each after those it depends on, otherwise by name. */
  synchronized List<Registration> servingInLoadOrder() {
    LinkedHashSet<Registration> ordered = new LinkedHashSet<>();
    agents.values().forEach(agent -> addAfterDeps(agent, ordered));
    return ordered.stream().filter(Registration::isServing).toList();
  }

  private void addAfterDeps(Registration agent, LinkedHashSet<Registration> ordered) {
    if (ordered.contains(agent)) {
      return;
    }
    agent.configDeps().stream()
        .sorted()
        .map(agents::get)
        .filter(java.util.Objects::nonNull)
        .forEach(dependency -> addAfterDeps(dependency, ordered));
    ordered.add(agent);
  }
}
