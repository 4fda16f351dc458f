package akka.dispatch;

import java.util.concurrent.Callable;

/** Stands in for the engine's class of this name, below which actors run one after the other. */
public final class Mailbox {
  private Mailbox() {}

  /** Runs a task as a mailbox would run an actor. */
  public static <T> T run(Callable<T> task) throws Exception {
    return task.call();
  }
}
