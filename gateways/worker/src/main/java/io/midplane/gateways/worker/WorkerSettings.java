package io.midplane.gateways.worker;

import java.time.Duration;

/**
 * How a worker works.
 *
 * @param model which thread runs a task
 * @param virtualThreads whether threads of tasks are virtual; platform threads otherwise
 * @param mainThread whether a task runs on the thread that serves if no other does, as execnet has
 *     it; for a process that serves one gateway
 * @param grace how long tasks may go on after the gateway ended, before they are interrupted
 * @param afterInterrupt how long after that
 * @param link how it treats the other end
 */
public record WorkerSettings(
    ExecutionModel model,
    boolean virtualThreads,
    boolean mainThread,
    Duration grace,
    Duration afterInterrupt,
    LinkSettings link) {

  /** Virtual threads only, 5 seconds, and 10 more, as execnet has them. */
  public static WorkerSettings defaults() {
    return new WorkerSettings(
        ExecutionModel.THREAD,
        true,
        false,
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        LinkSettings.defaults());
  }

  /** The same with another model. */
  public WorkerSettings withModel(ExecutionModel other) {
    return new WorkerSettings(other, virtualThreads, mainThread, grace, afterInterrupt, link);
  }

  /** The same with virtual threads or platform threads. */
  public WorkerSettings withVirtualThreads(boolean other) {
    return new WorkerSettings(model, other, mainThread, grace, afterInterrupt, link);
  }

  /** The same with a task on the thread that serves, or none there. */
  public WorkerSettings withMainThread(boolean other) {
    return new WorkerSettings(model, virtualThreads, other, grace, afterInterrupt, link);
  }

  /** The same with another time for tasks to end by themselves, and after they were interrupted. */
  public WorkerSettings withGrace(Duration other, Duration otherAfterInterrupt) {
    return new WorkerSettings(model, virtualThreads, mainThread, other, otherAfterInterrupt, link);
  }

  /** The same with another treatment of the other end. */
  public WorkerSettings withLink(LinkSettings other) {
    return new WorkerSettings(model, virtualThreads, mainThread, grace, afterInterrupt, other);
  }

  /** Whether the thread that serves runs tasks, so that another one has to read. */
  boolean usesMainThread() {
    return mainThread || model == ExecutionModel.MAIN_THREAD_ONLY;
  }
}
