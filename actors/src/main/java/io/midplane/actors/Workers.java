package io.midplane.actors;

import io.midplane.calls.Pool;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Who runs the handlers of an agent or service that may block; see {@link Midplane#workers}.
 *
 * @param executor runs them
 * @param resource the executor as a resource in the call graph; null if it never runs out of
 *     threads
 * @param node the runtime, as log lines of handlers name it
 */
public record Workers(ExecutorService executor, @Nullable Pool resource, String node) {

  /** The executor as a resource in the call graph, if it can run out of threads. */
  public Optional<Pool> pool() {
    return Optional.ofNullable(resource);
  }
}
