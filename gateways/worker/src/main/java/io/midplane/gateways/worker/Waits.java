package io.midplane.gateways.worker;

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

  /** Refuses nothing. */
  static Waits any() {
    return operation -> {};
  }
}
