package io.midplane.node;

import io.midplane.calls.MidplaneException;
import io.midplane.node.ItemSource.Batch;
import io.midplane.protocol.FrameKind;
import io.midplane.protocol.northbound.v1.Items;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An open stream: pulls from its source while the client has granted credits and reads what it is
 * sent, and lets go of the source at once when the client goes or calls off.
 *
 * <p>Whatever happens, credits, a batch, room in the buffer, calls {@link #advance}; one thread at
 * a time advances, the others leave it a note.
 */
final class OpenStream implements OpenRequest {
  private final AtomicInteger notes = new AtomicInteger();
  private final AtomicLong credits;
  private final Peer peer;
  private final long id;
  private final long timeoutMillis;
  private final ItemSource source;

  /** The pull under way; touched by the advancing thread alone, as is the next. */
  private @Nullable CompletableFuture<Batch> pull;

  private boolean ended;

  /** Why it is to end before its time. */
  private volatile @Nullable Ending ending;

  private volatile long expiry = Long.MAX_VALUE;

  /** An end before time; without a reason nobody is told. */
  private record Ending(@Nullable MidplaneException why) {}

  OpenStream(Peer peer, long id, long timeoutMillis, long credits, ItemSource source) {
    this.peer = peer;
    this.id = id;
    this.timeoutMillis = timeoutMillis;
    this.credits = new AtomicLong(credits);
    this.source = source;
  }

  void begin() {
    if (source.announced()) {
      peer.send(FrameKind.OPENED, id, null);
    }
    advance();
  }

  /** Adds credits; returns how many there are then. */
  long grant(long items) {
    return credits.addAndGet(items);
  }

  void advance() {
    if (notes.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      try {
        step();
      } catch (RuntimeException e) {
        end(new Ending(Failures.of(e)));
      }
      seen = notes.addAndGet(-seen);
    } while (seen != 0);
  }

  private void step() {
    while (!ended) {
      CompletableFuture<Batch> current = pull;
      Ending early = ending;
      if (early != null) {
        end(early);
      } else if (current != null && !current.isDone()) {
        return;
      } else if (current != null) {
        pull = null;
        expiry = Long.MAX_VALUE;
        onBatch(current);
      } else if (credits.get() > 0 && peer.hasRoom()) {
        pull();
      } else {
        return;
      }
    }
  }

  private void pull() {
    if (timeoutMillis > 0) {
      expiry = peer.expiryIn(timeoutMillis);
    }
    int max = (int) Math.min(credits.get(), Integer.MAX_VALUE);
    CompletableFuture<Batch> next = source.next(max).toCompletableFuture();
    pull = next;
    if (!next.isDone()) {
      var _ = next.whenComplete((batch, failure) -> advance());
    }
  }

  private void onBatch(CompletableFuture<Batch> done) {
    Batch batch = done.join();
    credits.addAndGet(-batch.items());
    for (Items frame : batch.frames()) {
      peer.send(FrameKind.ITEMS, id, frame);
    }
    if (batch.last()) {
      over();
      peer.send(FrameKind.END, id, null);
    }
  }

  private void end(Ending early) {
    over();
    if (early.why() != null) {
      peer.sendFailure(id, early.why());
    }
  }

  private void over() {
    ended = true;
    peer.forget(id, this);
    if (pull != null) {
      pull.cancel(false);
    }
    source.close();
  }

  @Override
  public long expiry() {
    return expiry;
  }

  @Override
  public long timeoutMillis() {
    return timeoutMillis;
  }

  @Override
  public void fail(MidplaneException why) {
    ending = new Ending(why);
    advance();
  }

  @Override
  public void abandon() {
    ending = new Ending(null);
    advance();
  }
}
