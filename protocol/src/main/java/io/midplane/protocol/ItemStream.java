package io.midplane.protocol;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.northbound.v1.Items;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a node sends item by item. There is one pass: every iterator goes on where the last one
 * stopped. Memory is bounded by {@link ClientSettings#credits}: the node waits for the consumer.
 *
 * <p>Close it when it is not read to its end, also from another thread; the node then stops at
 * once. Blocks: asking for the next item, which fails with TIMED_OUT, UNREACHABLE, CLOSED, the
 * node's own error, or {@link io.midplane.calls.DeadlockDetectedException} on a thread that must
 * not wait; there use {@link #forEachAsync}. One thread at a time may consume.
 *
 * @param <T> a row, an event …
 */
public abstract sealed class ItemStream<T> implements Iterable<T>, AutoCloseable
    permits Rows, RemoteEvents, TextPieces {
  private final Caller caller;
  private final Exchange exchange;
  private final boolean endless;
  private final int window;

  private List<T> batch = List.of();
  private int next;

  /** Items handed out since the node was last granted some. */
  private int consumed;

  private long received;
  private boolean finished;

  /** What the node ended the stream with. */
  private @Nullable MidplaneException failure;

  ItemStream(Caller caller, Exchange exchange, boolean endless) {
    this.caller = caller;
    this.exchange = exchange;
    this.endless = endless;
    this.window = caller.window();
  }

  /** The items in a batch; null if the batch is of another kind. */
  abstract @Nullable List<T> items(Items batch);

  /** Waits until the node says that the stream is in place. Blocks: yes. */
  void awaitOpened() {
    Frame frame = nextFrame(caller.deadline());
    if (frame.kind() != FrameKind.OPENED) {
      throw caller.violated(frame.refuse("frame kind", frame.kind().name(), "OPENED first"));
    }
  }

  /** Whether there is a next item; waits until that is known. */
  private boolean fill() {
    while (next == batch.size()) {
      if (finished || !receive()) {
        return false;
      }
    }
    return true;
  }

  private boolean receive() {
    caller.checkMayBlock(exchange, "forEachAsync()");
    Frame frame = nextFrame(endless ? Deadline.NEVER : caller.deadline());
    switch (frame.kind()) {
      case ITEMS -> take(frame);
      case END -> finished = true;
      default -> throw caller.violated(frame.refuse("frame kind", frame.kind().name(), "ITEMS"));
    }
    return !finished;
  }

  /** The next frame that is neither progress nor a failure. */
  private Frame nextFrame(Deadline deadline) {
    while (failure == null) {
      Frame frame = caller.connection().await(exchange, deadline);
      if (frame.kind() == FrameKind.ERROR) {
        failure = caller.failure(frame);
      } else if (frame.kind() == FrameKind.NOTICE) {
        caller.print(exchange, frame);
      } else {
        return frame;
      }
    }
    throw failure;
  }

  private void take(Frame frame) {
    Items message = caller.payload(frame, Items.parser());
    List<T> items = items(message);
    if (items == null || items.isEmpty()) {
      throw caller.violated(
          frame.refuse("batch", message.getBatchCase().name(), "items of " + exchange.call()));
    }
    received += items.size();
    if (received > exchange.granted()) {
      throw caller.violated(
          frame.refuse(
              "items", Long.toString(received), "at most the " + exchange.granted() + " granted"));
    }
    batch = items;
    next = 0;
  }

  private void grantAgain() {
    consumed++;
    if (consumed >= (window + 1) / 2) {
      caller.connection().grant(exchange, consumed);
      consumed = 0;
    }
  }

  /** Whether the batch has no item left. */
  boolean isBatchEmpty() {
    return next == batch.size();
  }

  /** Goes on where the last one stopped. */
  @Override
  public Iterator<T> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return fill();
      }

      @Override
      public T next() {
        if (!fill()) {
          throw new NoSuchElementException("the stream has ended; ask hasNext() first");
        }
        grantAgain();
        return batch.get(next++);
      }
    };
  }

  /** Takes every item that is left, and closes the stream. Blocks: yes. */
  @Override
  public void forEach(Consumer<? super T> action) {
    try (this) {
      Iterable.super.forEach(action);
    }
  }

  /**
   * Takes every item that is left on a virtual thread, one after the other; then, or when the
   * action throws, the stream is closed. Blocks: no.
   *
   * @return completes on a virtual thread, also with what failed; closing the stream or cancelling
   *     the stage ends it
   */
  public CompletionStage<@Nullable Void> forEachAsync(Consumer<? super T> action) {
    var done = new CompletableFuture<@Nullable Void>();
    var unused = done.whenComplete((nothing, failure) -> close());
    Thread.ofVirtual()
        .name("midplane-client-stream")
        .start(() -> {
          try {
            forEach(action);
            done.complete(null);
          } catch (RuntimeException | Error e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  /**
   * What is left as a Java stream, sequential, in order; closing it closes this. Blocks: its
   * terminal operation.
   */
  public Stream<T> stream() {
    var rest =
        Spliterators.spliteratorUnknownSize(iterator(), Spliterator.ORDERED | Spliterator.NONNULL);
    return StreamSupport.stream(rest, false).onClose(this::close);
  }

  /**
   * Ends the stream here and at the node; does nothing if it has ended. Blocks: no. May be called
   * from any thread.
   */
  @Override
  public void close() {
    caller
        .connection()
        .cancel(exchange, new Ending(ErrorCode.CLOSED, exchange + ": the stream was closed", null));
  }
}
