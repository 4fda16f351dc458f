package io.midplane.calls;

import java.util.concurrent.Executor;

/** An executor whose threads have none of the JDK's executors on their stacks. */
final class HomeMadeExecutor implements Executor {

  @Override
  public void execute(Runnable task) {
    new Worker(task).start();
  }

  private static final class Worker extends Thread {
    private final Runnable task;

    Worker(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      task.run();
    }
  }
}
