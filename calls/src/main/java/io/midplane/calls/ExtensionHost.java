package io.midplane.calls;

import java.util.function.Function;

/**
 * A runtime as a subsystem sees it that works with or without one: it keeps one instance of each
 * subsystem and has the gate that their blocking calls pass. Thread-safe.
 *
 * @param <H> the runtime itself
 */
public interface ExtensionHost<H extends ExtensionHost<H>> {

  /**
   * The one instance of a subsystem in this runtime, made at the first call. One that is {@link
   * AutoCloseable} is closed with the runtime.
   */
  <E> E extension(Class<E> type, Function<H, E> create);

  /** The gate that every blocking call of this runtime passes. */
  BlockingGate gate();
}
