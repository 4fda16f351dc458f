package io.midplane.gateways;

import io.midplane.calls.BlockingGate;
import io.midplane.gateways.worker.LocalTasks;
import io.midplane.gateways.worker.Tracing;
import io.midplane.gateways.worker.Waits;
import io.midplane.gateways.worker.Worker;
import io.midplane.gateways.worker.WorkerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A Java worker on a thread of this JVM. A task that ignores interrupts cannot be killed here. */
final class InProcessEndpoint implements Endpoint {
  private final BytePipe down = new BytePipe();
  private final BytePipe up = new BytePipe();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Worker worker;

  private final LocalTasks tasks;

  private InProcessEndpoint(WorkerSettings settings, LocalTasks tasks) {
    this.tasks = tasks;
    this.worker = tasks.worker(settings, Tracing.of(System.getenv()));
  }

  static InProcessEndpoint start(String name, WorkerSettings settings, BlockingGate gate) {
    InProcessEndpoint endpoint = new InProcessEndpoint(settings, new LocalTasks(name, gate));
    Thread.ofVirtual().name(name + "-worker").start(endpoint::serve);
    return endpoint;
  }

  /** What is asked before somebody waits for one of its tasks. */
  Waits waits() {
    return tasks;
  }

  private void serve() {
    try (InputStream in = down.source();
        OutputStream out = up.sink()) {
      var unused = worker.serve(in, out);
    } catch (IOException gone) {
      // The coordinator is.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }

  @Override
  public InputStream in() {
    return up.source();
  }

  @Override
  public OutputStream out() {
    return down.sink();
  }

  @Override
  public void closeOutput() throws IOException {
    down.sink().close();
  }

  @Override
  public boolean awaitExit(Duration timeout) throws InterruptedException {
    return ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void kill() {
    worker.interruptTasks();
    release();
  }

  @Override
  public WorkerExit exit() {
    return WorkerExit.unknown(List.of());
  }

  @Override
  public void release() {
    try {
      down.sink().close();
      up.source().close();
    } catch (IOException never) {
      // Nothing of this is outside of memory.
    }
  }
}
