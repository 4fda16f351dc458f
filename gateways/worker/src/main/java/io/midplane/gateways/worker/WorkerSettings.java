package io.midplane.gateways.worker;

import java.time.Duration;

/**
 * How a worker works.
 *
 * @param model which thread runs a task
 * @param virtualThreads whether threads of tasks are virtual; platform threads otherwise
 * @param grace how long tasks may go on after the gateway ended, before they are interrupted
 * @param afterInterrupt how long after that
 * @param link how it treats the other end
 */
public record WorkerSettings(
    ExecutionModel model,
    boolean virtualThreads,
    Duration grace,
    Duration afterInterrupt,
    LinkSettings link) {

  /** Virtual threads, 5 seconds, and 10 more, as execnet has them. */
  public static WorkerSettings defaults() {
    return new WorkerSettings(
        ExecutionModel.THREAD,
        true,
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        LinkSettings.defaults());
  }

  /** The same with another model. */
  public WorkerSettings withModel(ExecutionModel other) {
    return new WorkerSettings(other, virtualThreads, grace, afterInterrupt, link);
  }

  /** The same with virtual threads or platform threads. */
  public WorkerSettings withVirtualThreads(boolean other) {
    return new WorkerSettings(model, other, grace, afterInterrupt, link);
  }

  /** The same with another time for tasks to end by themselves, and after they were interrupted. */
  public WorkerSettings withGrace(Duration other, Duration otherAfterInterrupt) {
    return new WorkerSettings(model, virtualThreads, other, otherAfterInterrupt, link);
  }

  /** The same with another treatment of the other end. */
  public WorkerSettings withLink(LinkSettings other) {
    return new WorkerSettings(model, virtualThreads, grace, afterInterrupt, other);
  }
}
