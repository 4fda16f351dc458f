package io.midplane.packet;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.PortFilter.Action;
import io.midplane.packet.PortFilter.Direction;
import io.midplane.packet.bpf.BpfProgram;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The named filters of a port. Immutable: a change that fails changes nothing.
 *
 * @param byName in the order in which they were added
 * @param bothWays whether the port sees what goes out
 */
record PortFilters(Map<String, PortFilter> byName, boolean bothWays) {

  static PortFilters none(boolean bothWays) {
    return new PortFilters(Map.of(), bothWays);
  }

  PortFilters with(String name, PortFilter filter) {
    if (name.isBlank()) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "filter name: \"" + name + "\" (expected: some text)");
    }
    if (byName.containsKey(name)) {
      throw new MidplaneException(
          ErrorCode.ALREADY_EXISTS,
          "filter " + name + " is set already; remove it first, or use replaceFilter");
    }
    return changed(name, check(filter));
  }

  PortFilters replaced(String name, PortFilter filter) {
    requireSet(name);
    return changed(name, check(filter));
  }

  PortFilters without(String name) {
    requireSet(name);
    return changed(name, null);
  }

  private void requireSet(String name) {
    if (!byName.containsKey(name)) {
      throw new MidplaneException(
          ErrorCode.NOT_FOUND, "filter " + name + " is not set (set: " + byName.keySet() + ")");
    }
  }

  private PortFilter check(PortFilter filter) {
    if (filter.direction() == Direction.EGRESS && !bothWays) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          "filter direction: EGRESS (expected: INGRESS, for the port does not see what goes out);"
              + " open it with CaptureSettings.withOutgoing");
    }
    return filter;
  }

  private PortFilters changed(String name, @Nullable PortFilter filter) {
    Map<String, PortFilter> changed = new LinkedHashMap<>(byName);
    if (filter == null) {
      changed.remove(name);
    } else {
      changed.put(name, filter);
    }
    return new PortFilters(Collections.unmodifiableMap(changed), bothWays);
  }

  boolean isEmpty() {
    return byName.isEmpty();
  }

  /** What any of them wants. */
  BpfProgram program() {
    return FilterUnion.of(List.copyOf(byName.values()), bothWays);
  }

  /** What those want that consume; null if none does. */
  @Nullable BpfProgram consumed() {
    List<PortFilter> consuming =
        byName.values().stream().filter(filter -> filter.action() == Action.CONSUME).toList();
    return consuming.isEmpty() ? null : FilterUnion.of(consuming, bothWays);
  }
}
