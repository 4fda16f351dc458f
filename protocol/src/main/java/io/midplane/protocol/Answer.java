package io.midplane.protocol;

import io.midplane.protocol.northbound.v1.Reply;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The answer-to-be of an asynchronous call. Completed on virtual threads only; whoever completes it
 * first wins.
 */
final class Answer<T extends @Nullable Object> implements Exchange.Listener {
  private final CompletableFuture<T> future = new CompletableFuture<>();
  private final Caller caller;
  private final Function<? super Reply, ? extends T> result;

  Answer(Caller caller, Function<? super Reply, ? extends T> result) {
    this.caller = caller;
    this.result = result;
  }

  CompletableFuture<T> future() {
    return future;
  }

  /** When the user completes or cancels the future, the request is called off. */
  void cancels(Exchange exchange) {
    var unused = future.whenComplete((value, failure) -> caller.abandon(exchange));
  }

  /** Fails the future, and not inside the method that the user called. */
  void failLater(RuntimeException failure) {
    Thread.startVirtualThread(() -> future.completeExceptionally(failure));
  }

  @Override
  public void onFrame(Exchange exchange, Frame frame) {
    try {
      switch (frame.kind()) {
        case REPLY -> future.complete(result.apply(caller.reply(exchange, frame)));
        case ERROR -> future.completeExceptionally(caller.failure(frame));
        default -> caller.print(exchange, frame);
      }
    } catch (RuntimeException e) {
      future.completeExceptionally(e);
    }
  }

  @Override
  public void onEnding(Ending ending) {
    if (!future.isDone()) {
      future.completeExceptionally(ending.exception());
    }
  }
}
