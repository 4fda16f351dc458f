package io.midplane.node;

import java.util.concurrent.CompletableFuture;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * When and why a node is to stop. SIGTERM and SIGINT are handled, not left to the JVM, because it
 * would end with another status than 0.
 */
final class StopSignal implements AutoCloseable {
  private final CompletableFuture<String> reason = new CompletableFuture<>();
  private final Runnable restoreTerm = handle("TERM");
  private final Runnable restoreInt = handle("INT");

  private Runnable handle(String name) {
    Signal signal = new Signal(name);
    SignalHandler before = Signal.handle(signal, received -> stop("SIG" + name));
    return () -> Signal.handle(signal, before);
  }

  /** Says that the node is to stop; the first reason stays. */
  void stop(String why) {
    reason.complete(why);
  }

  /** Completes with the reason once the node is to stop. */
  CompletableFuture<String> whenStopped() {
    return reason;
  }

  /** Leaves the signals as they were. */
  @Override
  public void close() {
    restoreTerm.run();
    restoreInt.run();
  }
}
