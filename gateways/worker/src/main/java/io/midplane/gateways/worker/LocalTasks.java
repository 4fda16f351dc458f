package io.midplane.gateways.worker;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.Callee;
import io.midplane.calls.Operation;
import io.midplane.calls.Slot;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a worker within this JVM as the wait-for graph sees them: each is a handler, so that
 * its calls are known as its own, and a thread that waits on the channel of a task is known to wait
 * for that task. So a task that calls who waits for it is refused, and so is who waits for a task
 * that has called.
 *
 * <p>A thread is taken to wait for the task only if nobody else can end the wait: the channel is
 * confined to it here and to the task's thread there, and that one has sent no item, and no close,
 * that has not arrived. Everything else makes no edge.
 */
public final class LocalTasks implements Waits {

  /** A task that runs, with the end of the channel that is its own. */
  private record Running(ChannelCore end, long thread) {}

  private final String name;
  private final BlockingGate gate;
  private final Map<Integer, Callee> callees = new ConcurrentHashMap<>();
  private final Map<Integer, Running> running = new ConcurrentHashMap<>();

  /**
   * Tasks of a gateway.
   *
   * @param name its name
   * @param gate whose graph sees them; also asked whether a thread may wait at all
   */
  public LocalTasks(String name, BlockingGate gate) {
    this.name = name;
    this.gate = gate;
  }

  /** The worker that runs them. */
  public Worker worker(WorkerSettings settings, Tracing tracing) {
    return new Worker(settings, tracing, () -> {}, new AtTheWorker());
  }

  @Override
  public void check(String operation) {
    gate.checkMayBlock(new Operation(operation, operation + "Async()"));
  }

  @Override
  public @Nullable Runnable begin(String operation, int channel, long received) {
    Operation what = new Operation(operation + " on channel " + channel, operation + "Async()");
    Runnable end = gate.beginWait(callee(channel), what, () -> !isHeldUp(channel, received));
    return () -> {
      if (end != null) {
        end.run();
      }
      if (!running.containsKey(channel)) {
        callees.remove(channel);
      }
    };
  }

  /** Whether nothing comes on a channel unless its task runs on. */
  private boolean isHeldUp(int channel, long received) {
    Running task = running.get(channel);
    return task != null && task.end.waits().isAt(task.thread, received);
  }

  private Callee callee(int channel) {
    return callees.computeIfAbsent(channel, id -> gate.callee(name + "-task on channel " + id));
  }

  /** The other ends, which tasks hold. */
  private final class AtTheWorker implements Waits {
    @Override
    public void check(String operation) {
      // A task may wait.
    }

    @Override
    public void run(Channel channel, Task task) throws Throwable {
      int id = channel.id();
      Callee callee = callee(id);
      Throwable[] failure = new Throwable[1];
      running.put(id, new Running(channel.core(), Thread.currentThread().threadId()));
      try (Slot slot = callee.begin(null)) {
        slot.run(() -> {
          try {
            task.run(channel);
          } catch (Throwable thrown) {
            failure[0] = thrown;
          }
          return null;
        });
      } finally {
        running.remove(id);
        callees.remove(id);
      }
      if (failure[0] != null) {
        throw failure[0];
      }
    }
  }
}
