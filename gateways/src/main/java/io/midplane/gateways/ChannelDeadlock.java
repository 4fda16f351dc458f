package io.midplane.gateways;

import io.midplane.calls.DeadlockDetectedException;
import io.midplane.calls.DeadlockLevel;
import io.midplane.calls.Wait;
import io.midplane.gateways.worker.BothWait;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What is said of two ends of a channel that wait for each other. */
final class ChannelDeadlock {
  private static final Logger LOG = LoggerFactory.getLogger(ChannelDeadlock.class);

  private ChannelDeadlock() {}

  /** Where it may still end by itself; a warning only if that is unlikely. */
  static void log(String gateway, BothWait what) {
    LOG.atLevel(what.likely() ? Level.WARN : Level.DEBUG)
        .log("GW-0002 {}; confine() at both ends has it refused", text(gateway, what));
  }

  /** Where nobody else can end it. */
  static DeadlockDetectedException refusal(String gateway, BothWait what) {
    String there = gateway + "-worker";
    Instant now = Instant.now();
    List<Wait> cycle =
        List.of(
            wait(what, what.thread(), there, what.operation(), now.minus(what.waited())),
            wait(what, there, what.thread(), what.otherOperation(), now.minus(what.otherWaited())));
    return DeadlockDetectedException.told(
        DeadlockLevel.L6,
        cycle,
        "deadlock L6: "
            + text(gateway, what)
            + "; each end is confined to the thread that waits. The channel stays open. Before you"
            + " wait at one of the ends, send what the other waits for, or receive what it sends.");
  }

  private static Wait wait(
      BothWait what, String waiter, String callee, String operation, Instant since) {
    return new Wait(waiter, callee, operation + " on channel " + what.channel(), since);
  }

  private static String text(String gateway, BothWait what) {
    return "gateway %s, channel %d: %s has waited %.1f s in %s, the other end %.1f s in %s, and nothing is on its way"
        .formatted(
            gateway,
            what.channel(),
            what.thread(),
            seconds(what.waited()),
            what.operation(),
            seconds(what.otherWaited()),
            what.otherOperation());
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1e3;
  }
}
