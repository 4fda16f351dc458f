package io.midplane.packet.actor;

import io.midplane.packet.FrameSubscription;
import java.util.concurrent.CompletableFuture;

/** Gives credits back to a subscription, also those that come before it is known. Thread-safe. */
final class Credit {
  private final CompletableFuture<FrameSubscription> subscription = new CompletableFuture<>();

  void of(FrameSubscription started) {
    subscription.complete(started);
  }

  void giveBack(long number) {
    FrameSubscription known = subscription.getNow(null);
    if (known != null) {
      known.acknowledge(number);
    } else {
      var later = subscription.thenAccept(started -> started.acknowledge(number));
    }
  }
}
