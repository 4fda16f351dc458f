package io.midplane.calls;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Would a slot ever run on if it waited for this call? Works under the graph's lock.
 *
 * <p>What a blocked slot needs is a list of needs that must all be met; each need is met by any one
 * of some slots running on. A slot lives if it needs nothing or if its needs are met by slots that
 * live: the least fixed point. Since everybody lived before the new edge, the caller's death is the
 * only way for anybody to die, and the caller is the only one to be asked about.
 */
final class WaitCheck {

  /**
   * Something a blocked slot needs: that one of these slots runs on.
   *
   * @param pool the pool whose workers they occupy, or null
   */
  record Need(List<Slot> anyOf, @Nullable Pool pool) {}

  private enum Answer {
    LIVES,
    UNSURE
  }

  /** Longer chains take the thorough way. */
  private static final int CHAIN = 256;

  private final Slot caller;
  private final Call<?> attempt;

  private WaitCheck(Slot caller, Call<?> attempt) {
    this.caller = caller;
    this.attempt = attempt;
  }

  /** The cycle that the caller would complete by waiting for this call; null if it would not. */
  static @Nullable Cycle cycle(Slot caller, Call<?> attempt) {
    if (followChain(caller, attempt) == Answer.LIVES) {
      return null;
    }
    return new WaitCheck(caller, attempt).explore();
  }

  /** The quick way, enough for nearly all calls: as long as each waits for exactly one other. */
  private static Answer followChain(Slot caller, Call<?> attempt) {
    Call<?> call = attempt;
    for (int step = 0; step < CHAIN; step++) {
      if (call.isAnswered()) {
        return Answer.LIVES;
      }
      Slot next = call.server();
      if (next == null) {
        if (call.isTaken()) {
          return Answer.LIVES;
        }
        Callee callee = call.callee();
        if (lacksWorker(callee)) {
          return Answer.UNSURE;
        }
        if (callee.running().isEmpty()) {
          return Answer.LIVES;
        }
        if (callee.running().size() > 1) {
          return Answer.UNSURE;
        }
        next = callee.running().get(0);
        if (next.isShared() && call.operation().shared()) {
          return Answer.LIVES;
        }
      }
      if (next == caller || next.inner() != null) {
        return Answer.UNSURE;
      }
      if (next.needsWorker()) {
        return lacksWorker(next.callee()) ? Answer.UNSURE : Answer.LIVES;
      }
      Call<?> waitsFor = next.waitsFor();
      if (waitsFor == null || next.threads() > 1) {
        return Answer.LIVES;
      }
      call = waitsFor;
    }
    return Answer.UNSURE;
  }

  private static boolean lacksWorker(Callee callee) {
    Pool pool = callee.pool();
    return pool != null && !pool.hasSpareWorker();
  }

  private @Nullable Cycle explore() {
    Map<Slot, List<Need>> needs = new LinkedHashMap<>();
    Deque<Slot> toVisit = new ArrayDeque<>();
    toVisit.add(caller);
    while (!toVisit.isEmpty()) {
      Slot slot = toVisit.remove();
      if (!needs.containsKey(slot)) {
        List<Need> found = needsOf(slot);
        needs.put(slot, found);
        found.forEach(need -> toVisit.addAll(need.anyOf));
      }
    }
    Set<Slot> live = live(needs);
    return live.contains(caller) ? null : shortestCycle(needs, live);
  }

  /** The least fixed point. */
  private static Set<Slot> live(Map<Slot, List<Need>> needs) {
    Set<Slot> live = new HashSet<>();
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Map.Entry<Slot, List<Need>> entry : needs.entrySet()) {
        if (!live.contains(entry.getKey())
            && entry.getValue().stream()
                .allMatch(need -> need.anyOf.stream().anyMatch(live::contains))) {
          changed = live.add(entry.getKey());
        }
      }
    }
    return live;
  }

  private List<Need> needsOf(Slot slot) {
    if (slot == caller) {
      return needsOf(attempt);
    }
    Slot inner = slot.inner();
    if (inner != null) {
      return List.of(new Need(List.of(inner), null));
    }
    if (slot.needsWorker()) {
      return workerOf(slot.callee());
    }
    Call<?> call = slot.waitsFor();
    return call == null || slot.threads() > 1 ? List.of() : needsOf(call);
  }

  private static List<Need> needsOf(Call<?> call) {
    if (call.isAnswered()) {
      return List.of();
    }
    Slot server = call.server();
    if (server != null) {
      return List.of(new Need(List.of(server), null));
    }
    if (call.isTaken()) {
      return List.of();
    }
    List<Need> needs = new ArrayList<>(turnFor(call));
    needs.addAll(workerOf(call.callee()));
    return needs;
  }

  /** What must be over before the callee can turn to this call. */
  private static List<Need> turnFor(Call<?> call) {
    Callee callee = call.callee();
    List<Slot> running = new ArrayList<>();
    for (int i = 0; i < callee.running().size(); i++) {
      running.add(callee.running().get(i));
    }
    if (running.isEmpty()) {
      return List.of();
    }
    if (!callee.isParallel()) {
      return List.of(new Need(running, null));
    }
    return running.stream()
        .filter(slot -> !slot.isShared() || !call.operation().shared())
        .map(slot -> new Need(List.of(slot), null))
        .toList();
  }

  private static List<Need> workerOf(Callee callee) {
    Pool pool = callee.pool();
    return pool == null || pool.hasSpareWorker()
        ? List.of()
        : List.of(new Need(List.copyOf(pool.occupied()), pool));
  }

  /** Breadth first over needs that nobody meets, from the caller back to it. */
  private @Nullable Cycle shortestCycle(Map<Slot, List<Need>> needs, Set<Slot> live) {
    Map<Slot, Cycle.Step> reachedBy = new HashMap<>();
    Deque<Slot> toVisit = new ArrayDeque<>();
    toVisit.add(caller);
    while (!reachedBy.containsKey(caller)) {
      Slot from = toVisit.poll();
      if (from == null) {
        return null; // others are stuck already, without the caller's doing
      }
      for (Need need : needs.getOrDefault(from, List.of())) {
        if (need.anyOf.stream().noneMatch(live::contains)) {
          for (Slot to : need.anyOf) {
            if (reachedBy.putIfAbsent(to, step(from, need, to)) == null) {
              toVisit.add(to);
            }
          }
        }
      }
    }
    List<Cycle.Step> steps = new ArrayList<>();
    Slot at = caller;
    do {
      Cycle.Step step = Objects.requireNonNull(reachedBy.get(at));
      steps.addFirst(step);
      at = step.from();
    } while (at != caller);
    return new Cycle(steps);
  }

  private Cycle.Step step(Slot from, Need need, Slot to) {
    Call<?> call = from == caller ? attempt : from.inner() == null ? from.waitsFor() : null;
    return new Cycle.Step(from, call, call != null && call.server() == to, need.pool, to);
  }
}
