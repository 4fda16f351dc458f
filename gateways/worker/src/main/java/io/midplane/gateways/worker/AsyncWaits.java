package io.midplane.gateways.worker;

import io.midplane.calls.MidplaneException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Those who wait for a channel without a thread. Their stages complete on the link's executor. */
final class AsyncWaits {
  private final ChannelCore channel;
  private final Queue<CompletableFuture<@Nullable Object>> receives = new ConcurrentLinkedQueue<>();
  private final Queue<CompletableFuture<@Nullable Void>> closes = new ConcurrentLinkedQueue<>();

  /** How often it was woken since it last found nothing to do; 0 while it sleeps. */
  private final AtomicInteger calls = new AtomicInteger();

  AsyncWaits(ChannelCore channel) {
    this.channel = channel;
  }

  CompletableFuture<@Nullable Object> receive() {
    CompletableFuture<@Nullable Object> receive = new CompletableFuture<>();
    receives.add(receive);
    wake();
    return receive;
  }

  CompletableFuture<@Nullable Void> waitClose() {
    CompletableFuture<@Nullable Void> close = new CompletableFuture<>();
    closes.add(close);
    wake();
    return close;
  }

  boolean isEmpty() {
    return receives.isEmpty() && closes.isEmpty();
  }

  /** There may be something for them. */
  void wake() {
    boolean somebody = !receives.isEmpty() || !closes.isEmpty();
    if (somebody && calls.getAndIncrement() == 0) {
      channel.link().executor().execute(this::run);
    }
  }

  private void run() {
    int seen = calls.get();
    while (seen > 0) {
      serveReceives();
      serveCloses();
      seen = calls.addAndGet(-seen);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the mark is what it is
  private void serveReceives() {
    for (var next = receives.peek(); next != null; next = receives.peek()) {
      if (!next.isDone()) {
        Object item = channel.nextForCallback();
        if (item == Mailbox.LATER) {
          return;
        }
        if (Inbox.isEnd(item)) {
          next.completeExceptionally(channel.endAsError());
        } else if (!next.complete(item)) {
          channel.putBack(item);
        }
      }
      var unused = receives.poll(); // the same: nobody else takes from it
    }
  }

  private void serveCloses() {
    while (!closes.isEmpty() && channel.isOverForAll()) {
      CompletableFuture<@Nullable Void> next = closes.poll();
      MidplaneException end = channel.endAsError();
      if (next != null && end instanceof EndOfChannelException) {
        next.complete(null);
      } else if (next != null) {
        next.completeExceptionally(end);
      }
    }
  }
}
