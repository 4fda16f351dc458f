package io.midplane.gateways.worker;

import org.jspecify.annotations.Nullable;

/** What is asked before a thread waits on a channel, so that an end may refuse it. */
@FunctionalInterface
public interface Waits {

  /**
   * Called on the thread that is about to wait.
   *
   * @param operation what it is about to do, {@code receive} for example
   * @throws io.midplane.calls.MidplaneException to refuse it
   */
  void check(String operation);

  /**
   * Called on a thread that is about to wait on a channel of its own for as long as it takes.
   *
   * @param received how many items came so far; it has taken all of them
   * @return to be run when it waits no longer; null if nothing is
   * @throws io.midplane.calls.MidplaneException to refuse it
   */
  default @Nullable Runnable begin(String operation, int channel, long received) {
    return null;
  }

  /** Runs a task; what it throws is thrown. */
  default void run(Channel channel, Task task) throws Throwable {
    task.run(channel);
  }

  /** Refuses nothing. */
  static Waits any() {
    return operation -> {};
  }
}
