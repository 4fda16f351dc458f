package akka.actor;

import java.util.concurrent.Callable;

/** Stands in for the engine's class of this name, by which the gate knows an actor's thread. */
public final class ActorCell {
  private ActorCell() {}

  /** Runs a task as an actor would run a message. */
  public static <T> T run(Callable<T> task) {
    try {
      return task.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
