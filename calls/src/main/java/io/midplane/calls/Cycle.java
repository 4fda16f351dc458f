package io.midplane.calls;

import java.time.Duration;
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

  /** Every call's sender has returned, so that its own future is known. */
  boolean isSent() {
    return steps.stream().skip(1).allMatch(step -> step.call == null || step.call.isSent());
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

  /**
   * The refusal of the call that would complete this cycle.
   *
   * @param outcome what did not happen
   */
  DeadlockDetectedException refusal(Call<?> call, String outcome) {
    DeadlockLevel level = level();
    List<Wait> waits = waits();
    String first = waits.getFirst().waiter();
    StringBuilder text = new StringBuilder();
    text.append(
        "deadlock %s: calling %s (%s) from %s, thread %s, would complete a cycle: %s"
            .formatted(level, call.callee(), call.operation(), first, call.threadName(), first));
    String at = first;
    for (Wait wait : waits) {
      if (!wait.waiter().equals(at)) {
        text.append(", held by ").append(wait.waiter());
      }
      String since = Failures.text(Duration.between(wait.since(), Instant.now()));
      text.append(" → %s (since %s, %s)".formatted(wait.callee(), since, wait.operation()));
      at = wait.callee();
    }
    if (!at.equals(first)) {
      text.append(", held by ").append(first);
    }
    text.append(". %s Use %s, or %s.".formatted(outcome, call.operation().alternative(), remedy()));
    return new DeadlockDetectedException(level, waits, text.toString());
  }

  private String remedy() {
    return switch (level()) {
      case L5 -> "give the pool more workers than there can be jobs waiting for jobs";
      case L0, L1, L2, L3, L6 -> "call from a separate agent";
    };
  }
}
