package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.FrameWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The tasks of one gateway that run, and how they end: in order, with an error, or interrupted. */
final class Tasks {
  /** What the other side gets for a task that was interrupted. */
  static final String INTERRUPTED = "keyboard-interrupted";

  private static final String CONCURRENT =
      "concurrent remote_exec would cause deadlock for main_thread_only execmodel";
  private static final long PATIENCE_MILLIS = 1000;
  private static final int MOST_SHOWN = 50;

  private final Link link;
  private final ExecutionModel model;
  private final boolean onMainThread;
  private final Executor threads;
  private final Executor platformThreads;
  private final MainThread mainThread;
  private final Semaphore mainThreadFree = new Semaphore(1);

  /** Guards what follows. */
  private final Set<Thread> running = new HashSet<>();

  private final LineQueue output;
  private volatile boolean outputWanted;

  /** Begun and not ended, the close of the channel included. */
  private int begun;

  /** Begun and not through with the code. */
  private int executing;

  Tasks(Link link, WorkerSettings settings, MainThread mainThread) {
    this.link = link;
    this.model = settings.model();
    this.onMainThread = settings.usesMainThread();
    this.mainThread = mainThread;
    this.output = new LineQueue(link.executor(), this::sendOutput);
    this.platformThreads = FrameWriter.platformThreads(link.name() + "-task-");
    ThreadFactory virtual = Thread.ofVirtual().name(link.name() + "-task-", 1).factory();
    this.threads =
        settings.virtualThreads() ? task -> virtual.newThread(task).start() : platformThreads;
  }

  /** From now on the other side gets what tasks print. */
  void wantOutput() {
    outputWanted = true;
  }

  private void sendOutput(String line) {
    try {
      link.sendOutput(line);
    } catch (MidplaneException gone) {
      link.trace("cannot tell what was printed: " + gone.getMessage());
    }
  }

  /** How many there are. Those whose end the other side was told of are not counted. */
  int count() {
    synchronized (running) {
      return executing;
    }
  }

  /** Runs a task soon. Never blocks. */
  void start(Channel channel, Task task) {
    channel.core().beginTask();
    begin();
    if (onMainThread && mainThreadFree.tryAcquire()) {
      mainThread.run(() -> runAlone(channel, task));
    } else if (model == ExecutionModel.THREAD) {
      (task instanceof ShippedTask shipped && shipped.fetchesClasses() ? platformThreads : threads)
          .execute(() -> run(channel, task));
    } else {
      threads.execute(() -> startOrRefuse(channel, task));
    }
  }

  private void startOrRefuse(Channel channel, Task task) {
    try {
      if (mainThreadFree.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        mainThread.run(() -> runAlone(channel, task));
        return;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    end(channel, CONCURRENT);
  }

  private void runAlone(Channel channel, Task task) {
    try {
      run(channel, task);
    } finally {
      mainThreadFree.release();
    }
  }

  private void run(Channel channel, Task task) {
    enter(Thread.currentThread());
    String error = null;
    try (var printed = outputWanted ? TaskOutput.begin(output) : null) {
      link.trace("execution starts[" + channel.id() + "]: " + literal(task.shown()));
      link.waits().run(channel, task);
    } catch (EndOfChannelException endOfInput) {
      link.trace("execution ended with its input");
    } catch (CompileException wrongSource) {
      error = wrongSource.getMessage();
    } catch (Throwable failure) {
      error = isInterrupt(failure) ? INTERRUPTED : Traceback.of(failure, task.fileName());
    }
    leave(Thread.currentThread());
    link.trace("execution finished");
    end(channel, error);
  }

  /** The beginning as Python writes a text, on one line. */
  private static String literal(String text) {
    String escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n");
    String quoted = "'" + escaped + "'";
    return quoted.length() <= MOST_SHOWN ? quoted : quoted.substring(0, MOST_SHOWN);
  }

  private static boolean isInterrupt(Throwable failure) {
    return failure instanceof InterruptedException
        || (failure instanceof MidplaneException ours
            && ours.code() == ErrorCode.CANCELLED
            && ours.getCause() instanceof InterruptedException);
  }

  private void end(Channel channel, @Nullable String error) {
    synchronized (running) {
      executing--;
    }
    try {
      channel.core().endTask(error);
    } catch (MidplaneException gone) {
      link.trace("cannot tell the end of " + channel + ": " + gone.getMessage());
    }
    synchronized (running) {
      begun--;
      running.notifyAll();
    }
  }

  private void enter(Thread thread) {
    synchronized (running) {
      running.add(thread);
    }
  }

  /** From here on an interrupt is too late, and must not reach what runs here next. */
  private void leave(Thread thread) {
    synchronized (running) {
      running.remove(thread);
      var unused = Thread.interrupted();
    }
  }

  private void begin() {
    synchronized (running) {
      begun++;
      executing++;
    }
  }

  /** Interrupts all that run. */
  void interrupt() {
    synchronized (running) {
      running.forEach(Thread::interrupt);
    }
  }

  /** Whether there is none, after so long at most. Blocks: yes. */
  boolean awaitNone(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    synchronized (running) {
      while (begun > 0) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(running, left);
      }
      return true;
    }
  }
}
