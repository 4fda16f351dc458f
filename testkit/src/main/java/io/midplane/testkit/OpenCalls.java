package io.midplane.testkit;

import io.midplane.calls.CallGraph;
import io.midplane.calls.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The calls without an answer at one moment.
 *
 * @param blocked those a thread is blocked on: the edges of the wait-for graph, and the waits of
 *     threads that run no handler
 * @param others those nobody is blocked on
 */
record OpenCalls(List<Wait> blocked, List<Wait> others) {

  static OpenCalls of(CallGraph graph) {
    List<Wait> blocked = graph.waits();
    List<Wait> others = new ArrayList<>(graph.openCalls());
    for (Wait wait : blocked) {
      others.stream().filter(call -> isSame(call, wait)).findFirst().ifPresent(others::remove);
    }
    return new OpenCalls(blocked, others);
  }

  /** The moment of a call is worked out anew for each list and differs a little. */
  private static boolean isSame(Wait one, Wait other) {
    return Objects.equals(one.waiter(), other.waiter())
        && one.callee().equals(other.callee())
        && one.operation().equals(other.operation());
  }
}
