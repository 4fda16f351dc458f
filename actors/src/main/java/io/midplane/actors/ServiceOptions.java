package io.midplane.actors;

import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * How a service runs its handler. Immutable; each method answers a changed copy.
 *
 * @param parallel whether requests are handled side by side; false: one at a time, in order
 * @param executor runs the handler; null for virtual threads. Its capacity joins the wait-for
 *     graph, so that a call which needs the last free worker of its own pool is refused
 */
public record ServiceOptions(boolean parallel, @Nullable ExecutorService executor) {

  /** One at a time, on virtual threads. */
  public static ServiceOptions defaults() {
    return new ServiceOptions(false, null);
  }

  /** Requests are handled side by side. */
  public static ServiceOptions sideBySide() {
    return new ServiceOptions(true, null);
  }

  /** The handler runs on the caller's own executor, which stays the caller's to shut down. */
  public ServiceOptions executor(ExecutorService executor) {
    return new ServiceOptions(parallel, executor);
  }
}
