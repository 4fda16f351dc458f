package io.midplane.node;

import java.util.concurrent.CompletableFuture;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * When and why a command that runs on is to stop. SIGTERM and SIGINT are handled, not left to the
 * JVM, because it would end with another status than 0.
 */
public final class StopSignal implements AutoCloseable {
  private final CompletableFuture<String> reason = new CompletableFuture<>();
  private final Runnable restoreTerm = handle("TERM");
  private final Runnable restoreInt = handle("INT");

  /** Listens from now on. */
  public StopSignal() {}

  private Runnable handle(String name) {
    Signal signal = new Signal(name);
    SignalHandler before = Signal.handle(signal, received -> stop("SIG" + name));
    return () -> Signal.handle(signal, before);
  }

  /** Says that it is to stop; the first reason stays. */
  public void stop(String why) {
    reason.complete(why);
  }

  /** Completes with the reason once it is to stop. */
  public CompletableFuture<String> whenStopped() {
    return reason;
  }

  /** Leaves the signals as they were. */
  @Override
  public void close() {
    restoreTerm.run();
    restoreInt.run();
  }
}
