package io.midplane.calls;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cycle as it was found: the refused call first, each step's end the next one's start. */
record Cycle(List<Step> steps) {

  /**
   * One slot needs another to run on.
   *
   * @param call what {@code from} waits for; null if it waits for a worker or for a slot further in
   *     on its own thread
   * @param served whether {@code to} serves that call already
   * @param pool the pool one of whose workers {@code to} occupies, if that is what is missing
   */
  record Step(Slot from, @Nullable Call<?> call, boolean served, @Nullable Pool pool, Slot to) {}

  /** The same slots waiting for the same calls; the first call is the one being judged. */
  boolean isSameAs(Cycle other) {
    if (steps.size() != other.steps.size()) {
      return false;
    }
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).from != other.steps.get(i).from
          || steps.get(i).call != other.steps.get(i).call) {
        return false;
      }
    }
    return true;
  }

  DeadlockLevel level() {
    if (steps.stream().anyMatch(step -> step.pool != null)) {
      return DeadlockLevel.L5;
    }
    if (steps.size() == 1) {
      return DeadlockLevel.L1;
    }
    boolean oneChain = steps.stream().skip(1).allMatch(step -> step.served || step.call == null);
    return oneChain ? DeadlockLevel.L2 : DeadlockLevel.L3;
  }

  List<Wait> waits() {
    List<Wait> waits = new ArrayList<>();
    for (Step step : steps) {
      Instant since = Instant.now();
      String waiter = step.from.callee().name();
      if (step.call != null) {
        Wait wait = step.call.toWait();
        waits.add(wait);
        since = wait.since();
        waiter = wait.callee();
      }
      if (step.pool != null) {
        waits.add(new Wait(waiter, step.pool.name(), "a free worker", since));
      } else if (step.call == null) {
        waits.add(new Wait(waiter, step.to.callee().name(), "on the same thread", since));
      }
    }
    return waits;
  }

  DeadlockDetectedException refusal(Call<?> call) {
    List<Wait> waits = waits();
    StringBuilder text = new StringBuilder();
    text.append("deadlock ").append(level()).append(": ").append(call.operation());
    text.append(" at ").append(call.callee()).append(", called by ").append(waits.get(0).waiter());
    text.append(" on thread ").append(Thread.currentThread().getName());
    text.append(", would complete a cycle: ").append(waits.get(0).waiter());
    String at = waits.get(0).waiter();
    for (Wait wait : waits) {
      if (!wait.waiter().equals(at)) {
        text.append(", whose worker serves ").append(wait.waiter());
      }
      text.append(" → ").append(wait.callee()).append(" (since ");
      text.append(Failures.text(java.time.Duration.between(wait.since(), Instant.now())));
      text.append(", ").append(wait.operation()).append(')');
      at = wait.callee();
    }
    text.append(". Nothing was sent. Use ").append(call.operation().alternative());
    text.append(", or call from a separate agent.");
    return new DeadlockDetectedException(level(), waits, text.toString());
  }
}
