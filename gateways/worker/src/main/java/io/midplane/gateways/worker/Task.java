package io.midplane.gateways.worker;

import org.jspecify.annotations.Nullable;

/** Code to run, with the channel it was asked for on. */
@FunctionalInterface
interface Task {

  /** What its source is called; null if it has none of its own. */
  default @Nullable String fileName() {
    return null;
  }

  /** What a trace says of it: its source, or whose method it is. */
  default String shown() {
    return "";
  }

  /** Runs it; what it throws is the other side's to know. */
  void run(Channel channel) throws Throwable;
}
