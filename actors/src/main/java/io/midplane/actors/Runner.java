package io.midplane.actors;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import io.midplane.calls.ThreadMark;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the application's main in a thread of its own, the runner, beside the runtime that serves.
 *
 * <pre>{@code
 * void main() {
 *   Runner.run(Midplane.start(), midplane -> {
 *     midplane.spawn(VlanAgent::new, "vlan");
 *   });                                        // main is over, the agent is served
 * }
 * }</pre>
 *
 * <p>How main ends decides what becomes of the rest (rules: R8 and R9 in {@code
 * docs/behaviours/runtime.md}):
 *
 * <ul>
 *   <li>it returns: the runtime goes on serving;
 *   <li>{@link #exit}: main is unwound, its finally blocks run, then the actors stop (PostStop) and
 *       the JVM ends with the status;
 *   <li>{@link System#exit}, on any thread: the actors stop and the JVM ends; main is not unwound.
 *       Not from an actor's thread, for that actor could not stop before the stop timeout;
 *   <li>{@link Runtime#halt}: the JVM ends, nothing else happens;
 *   <li>it throws: the cause is shown, the runtime is in FAIL and goes on serving; {@link #run}
 *       throws once the runtime is closed, so that the JVM ends with a status other than 0;
 *   <li>the runtime is closed by somebody else: main is interrupted and unwound, then the actors
 *       stop.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class Runner {

  /** The application's own code. */
  @FunctionalInterface
  public interface Main {
    /** Runs on the runner's thread; may block for as long as it likes. */
    void run(Midplane midplane) throws Exception;
  }

  /** Unwinds main; an Error, so that a {@code catch (Exception e)} does not stop it. */
  private static final class Exit extends Error {
    private static final long serialVersionUID = 1L;

    private final int status;

    Exit(int status) {
      super("exit with status " + status, null, false, false);
      this.status = status;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Runner.class);
  private static final ThreadLocal<@Nullable Runner> CURRENT = new ThreadLocal<>();

  private final Midplane midplane;
  private final Main main;
  private final IntConsumer exitJvm;
  private final Thread thread;
  private final CompletableFuture<Void> finished = new CompletableFuture<>();
  private volatile boolean unwinding;

  private Runner(Midplane midplane, Main main, IntConsumer exitJvm) {
    this.midplane = midplane;
    this.main = main;
    this.exitJvm = exitJvm;
    this.thread = Thread.ofPlatform().name(midplane.name() + "-runner").unstarted(this::runMain);
  }

  /**
   * Starts main and returns at once.
   *
   * @throws MidplaneException CLOSED if the runtime is
   */
  public static Runner start(Midplane midplane, Main main) {
    return start(midplane, main, System::exit);
  }

  /** The same, with another way to end the JVM. */
  static Runner start(Midplane midplane, Main main, IntConsumer exitJvm) {
    var runner = new Runner(midplane, main, exitJvm);
    midplane.add(runner);
    runner.thread.start();
    return runner;
  }

  /**
   * Starts main and waits until the runtime has been closed: the last line of a program.
   *
   * <p>Blocks: yes, without a deadline; refused on actor threads.
   *
   * @throws MidplaneException INTERNAL with what main threw, once the runtime has been closed
   */
  public static void run(Midplane midplane, Main main) {
    midplane.gate().checkMayBlock(new Operation("run main", "Runner.start()"));
    Runner runner = start(midplane, main);
    midplane.whenClosed().toCompletableFuture().join();
    runner
        .failure()
        .ifPresent(cause -> {
          throw failed(cause);
        });
  }

  /**
   * Unwinds main, then stops the actors and ends the JVM with this status. Does not return. Main
   * calls it off by catching {@link Error} or {@link Throwable} and going on.
   *
   * @param status 0 for success
   * @throws MidplaneException NOT_ALLOWED on any other thread than the runner's own
   */
  public static void exit(int status) {
    if (CURRENT.get() == null) {
      throw new MidplaneException(
          ErrorCode.NOT_ALLOWED,
          "Runner.exit: called on thread %s (expected: the runner's own); close the runtime to unwind main from elsewhere, or use System.exit, which does not unwind it"
              .formatted(Thread.currentThread().getName()));
    }
    throw new Exit(status);
  }

  /** True until main has returned, thrown or been unwound. */
  public boolean isRunning() {
    return !finished.isDone();
  }

  /** What main threw; empty if it has not. */
  public Optional<Throwable> failure() {
    return finished.isCompletedExceptionally()
        ? Optional.of(finished.exceptionNow())
        : Optional.empty();
  }

  /**
   * Waits for the end of main.
   *
   * <p>Blocks: yes, up to {@code timeout}; refused on actor threads.
   *
   * @throws MidplaneException TIMED_OUT; INTERNAL with what main threw; CANCELLED if this thread is
   *     interrupted
   */
  public void awaitFinished(Duration timeout) {
    midplane.gate().checkMayBlock(new Operation("wait for main", "whenFinished()"));
    try {
      finished.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException thrown) {
      throw failed(finished.exceptionNow());
    } catch (TimeoutException late) {
      throw new MidplaneException(
          ErrorCode.TIMED_OUT, thread.getName() + ": main is still running after " + timeout);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MidplaneException(
          ErrorCode.CANCELLED,
          thread.getName() + ": the thread was interrupted while it waited for main",
          interrupted);
    }
  }

  /**
   * The asynchronous twin of {@link #awaitFinished}, without a deadline: completes on a virtual
   * thread, exceptionally with what main threw.
   */
  public CompletionStage<Void> whenFinished() {
    var waiting = new Operation("await the end of main", "thenRun()");
    return midplane.gate().outcome(waiting, finished);
  }

  /** Interrupts main and waits for its end, for so long at most; for whoever closes the runtime. */
  @SuppressWarnings("ReferenceEquality") // a thread is itself and no other
  void unwind(Duration timeout) {
    if (Thread.currentThread() == thread || !isRunning()) {
      return;
    }
    unwinding = true;
    thread.interrupt();
    try {
      finished.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException thrown) {
      LOG.debug("RT-0601 main ended with {}", thrown.getCause(), thrown);
    } catch (TimeoutException late) {
      LOG.warn("RT-0602 main was interrupted and is still running after {}", timeout);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("CatchThrowable") // what main throws must be shown, whatever it is
  private void runMain() {
    CURRENT.set(this);
    ThreadMark previous = ThreadMark.free().enter();
    try {
      main.run(midplane);
      LOG.debug("RT-0603 main has returned; the runtime goes on serving");
      finish(null);
    } catch (Exit exit) {
      finish(null);
      endJvm(exit.status);
    } catch (Throwable failure) {
      onThrown(failure);
    } finally {
      ThreadMark.leave(previous);
    }
  }

  private void onThrown(Throwable failure) {
    if (unwinding) {
      LOG.debug("RT-0604 main was unwound", failure);
      finish(null);
      return;
    }
    midplane.fail(failure);
    finish(failure);
    thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
  }

  private void finish(@Nullable Throwable failure) {
    midplane.remove(this);
    if (failure == null) {
      finished.complete(null);
    } else {
      finished.completeExceptionally(failure);
    }
  }

  private void endJvm(int status) {
    var _ = Thread.interrupted(); // main is over; nothing is to disturb what comes now
    try {
      midplane.close();
    } catch (MidplaneException unclean) {
      LOG.error("RT-0605 the runtime did not stop cleanly; exiting all the same", unclean);
    }
    exitJvm.accept(status);
  }

  private static MidplaneException failed(Throwable cause) {
    return new MidplaneException(ErrorCode.INTERNAL, "main failed: " + cause, cause);
  }
}
