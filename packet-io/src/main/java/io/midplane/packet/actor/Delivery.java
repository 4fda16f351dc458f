package io.midplane.packet.actor;

import io.midplane.packet.link.CaptureSettings;
import org.jspecify.annotations.Nullable;

/**
 * How frames reach a subscriber. Immutable.
 *
 * @param capture how they are captured; its credits bound what waits in the subscriber's mailbox
 * @param perFrame whether each frame is a message of its own; the credits still count batches
 * @param interfaceName the only interface whose frames are wanted of a port on all; null for all
 */
public record Delivery(CaptureSettings capture, boolean perFrame, @Nullable String interfaceName) {

  /** In fresh batches with 16 credits, at once. */
  public static Delivery batches() {
    return new Delivery(CaptureSettings.defaults(), false, null);
  }

  /**
   * In batches that are filled anew once they were acknowledged, so that nothing is allocated for a
   * frame: the subscriber must not keep one.
   */
  public static Delivery pooled() {
    return new Delivery(CaptureSettings.defaults().withPooledBatches(), false, null);
  }

  /** A message for each frame, for agents that see few of them. */
  public static Delivery frames() {
    return new Delivery(CaptureSettings.defaults(), true, null);
  }

  /** The same with frames captured another way. */
  public Delivery capturedWith(CaptureSettings settings) {
    return new Delivery(settings, perFrame, interfaceName);
  }

  /**
   * The same of one interface of a port that is open on {@code any}, through the ring that all such
   * subscribers share. The interface may come later.
   */
  public Delivery ofInterface(String name) {
    return new Delivery(capture, perFrame, name);
  }
}
