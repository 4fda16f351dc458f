package io.midplane.packet.actor;

import akka.actor.typed.ActorRef;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.FrameSubscription;
import io.midplane.packet.actor.PortProtocol.*;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.CaptureSink;
import io.midplane.packet.link.CaptureStatistics;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One subscription: tells its subscriber what the link's thread hands over, straight from there.
 */
final class Subscriber implements CaptureSink {
  private final ActorRef<Event> ref;
  private final boolean perFrame;
  private final Supplier<Opened> opened;
  private final Credit credit = new Credit();
  private final CompletableFuture<FrameSubscription> started = new CompletableFuture<>();

  /** Guarded by this object's lock. */
  private boolean announced;

  /**
   * A subscription.
   *
   * @param opened what it is told first
   */
  Subscriber(ActorRef<Event> ref, boolean perFrame, Supplier<Opened> opened) {
    this.ref = ref;
    this.perFrame = perFrame;
    this.opened = opened;
  }

  /** The first frame may come before the one who asked for it hears that it runs. */
  private synchronized void announce() {
    if (!announced) {
      announced = true;
      ref.tell(opened.get());
    }
  }

  /** Frames come from it. */
  void started(FrameSubscription subscription) {
    announce();
    credit.of(subscription);
    started.complete(subscription);
  }

  void tell(Event event) {
    ref.tell(event);
  }

  void acknowledge(long number) {
    credit.giveBack(number);
  }

  /** It could not be started. */
  void failed(MidplaneException reason) {
    started.completeExceptionally(reason);
    ref.tell(new OpenFailed(reason));
  }

  /** The subscription, as soon as it runs. */
  CompletableFuture<FrameSubscription> subscription() {
    return started;
  }

  /** Ends it as soon as it runs. */
  void end() {
    var unused = started.thenCompose(FrameSubscription::closeAsync);
  }

  @Override
  public void frames(FrameBatch batch, long number) {
    announce();
    if (!perFrame) {
      ref.tell(new Frames(batch, number, credit));
      return;
    }
    int last = batch.size() - 1;
    for (int i = 0; i <= last; i++) {
      ref.tell(new FrameReceived(batch.frame(i), i == last ? number : 0, credit));
    }
  }

  @Override
  public void drops(long more, long total) {
    announce();
    ref.tell(new Drops(more, total));
  }

  @Override
  public void closed(CaptureStatistics statistics) {
    announce();
    ref.tell(new Closed(statistics));
  }
}
