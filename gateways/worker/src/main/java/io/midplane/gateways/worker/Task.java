package io.midplane.gateways.worker;

import org.jspecify.annotations.Nullable;

/** Code to run, with the channel it was asked for on. */
@FunctionalInterface
interface Task {

  /** What its source is called; null if it has none of its own. */
  default @Nullable String fileName() {
    return null;
  }

  /** Runs it; what it throws is the other side's to know. */
  void run(Channel channel) throws Throwable;
}
