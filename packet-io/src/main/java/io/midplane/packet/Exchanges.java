package io.midplane.packet;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.BpfInstruction;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.Capture;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.SendResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions that wait for their answers. One capture serves them all; while nobody waits its filter
 * wants nothing. Thread-safe.
 */
final class Exchanges {
  private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);
  private static final int RING = 1 << 20;

  private static final BpfProgram NOTHING =
      BpfProgram.of(List.of(new BpfInstruction(0x06, 0, 0, 0)));

  /** Somebody who waits. */
  private record Waiting(Predicate<? super Frame> matcher, CompletableFuture<Frame> answer) {}

  private final Captures captures;
  private final CaptureSettings settings;
  private final List<Waiting> waiting = new CopyOnWriteArrayList<>();

  // Guarded by this object's lock.
  private @Nullable CompletableFuture<Capture> capture;
  private CompletableFuture<?> lastSwitch = CompletableFuture.completedFuture(null);
  private boolean on;

  Exchanges(Captures captures, CaptureSettings settings) {
    this.captures = captures;
    this.settings = CaptureSettings.defaults().withRingBytes(Math.min(RING, settings.ringBytes()));
  }

  /** How many wait. */
  int size() {
    return waiting.size();
  }

  /** Sends once every answer would be seen; completes with the first that matches. */
  CompletableFuture<Frame> start(
      String name, Supplier<SendResult> send, Predicate<? super Frame> matcher, Duration timeout) {
    var answer = new CompletableFuture<Frame>();
    var entry = new Waiting(matcher, answer);
    waiting.add(entry);
    var unused =
        listen()
            .whenComplete((ready, failure) -> {
              if (failure != null) {
                answer.completeExceptionally(failure);
              } else if (!answer.isDone()) {
                refuseUnlessSent(name, send.get(), answer);
              }
            });
    return answer
        .orTimeout(Waits.nanos(timeout), TimeUnit.NANOSECONDS)
        .handle((frame, failure) -> {
          forget(entry);
          return result(name, frame, failure, timeout);
        });
  }

  private static void refuseUnlessSent(
      String name, SendResult result, CompletableFuture<Frame> answer) {
    if (result != SendResult.SENT) {
      ErrorCode code = result.isRetryable() ? ErrorCode.BUSY : ErrorCode.IO_FAILED;
      answer.completeExceptionally(
          new MidplaneException(
              code, "exchange on " + name + ": the frame was not sent: " + result));
    }
  }

  private static Frame result(
      String name, @Nullable Frame frame, @Nullable Throwable failure, Duration timeout) {
    if (failure instanceof TimeoutException) {
      throw new MidplaneException(
          ErrorCode.TIMED_OUT, "exchange on " + name + ": no frame matched within " + timeout);
    }
    if (frame == null) {
      throw Waits.known(
          "exchange on " + name, failure == null ? new NullPointerException() : failure);
    }
    return frame;
  }

  /** Completes once every frame is seen. */
  private synchronized CompletableFuture<?> listen() {
    return on && lastSwitch.isDone() && !lastSwitch.isCompletedExceptionally()
        ? lastSwitch
        : turn(true);
  }

  private void forget(Waiting entry) {
    waiting.remove(entry);
    synchronized (this) {
      if (waiting.isEmpty() && on) {
        var unused = turn(false);
      }
    }
  }

  /** Called under the lock; one switch after the other. */
  private CompletableFuture<?> turn(boolean to) {
    on = to;
    if (capture == null || capture.isCompletedExceptionally()) {
      var callbacks = new FrameCallbacks(this::match);
      capture =
          captures
              .start(NOTHING, settings, callbacks.queue())
              .whenComplete((started, failure) -> {
                if (failure == null) {
                  callbacks.queue().of(started);
                }
              });
    }
    CompletableFuture<Capture> source = capture;
    lastSwitch =
        lastSwitch
            .handle((done, failure) -> null)
            .thenCompose(ready -> source)
            .thenCompose(started -> started.filter(to ? BpfProgram.all() : NOTHING));
    return lastSwitch;
  }

  private void match(FrameBatch batch) {
    for (int i = 0; i < batch.size() && !waiting.isEmpty(); i++) {
      Frame frame = batch.frame(i);
      for (Waiting entry : waiting) {
        if (matches(entry, frame)) {
          entry.answer().complete(frame);
        }
      }
    }
  }

  private static boolean matches(Waiting entry, Frame frame) {
    try {
      return entry.matcher().test(frame);
    } catch (RuntimeException e) {
      LOG.debug("PKT-0105 a matcher failed for {}", frame, e);
      entry.answer().completeExceptionally(e);
      return false;
    }
  }

  void close(String name) {
    for (Waiting entry : waiting) {
      entry
          .answer()
          .completeExceptionally(
              new MidplaneException(
                  ErrorCode.CLOSED, "exchange on " + name + ": the port is closed"));
    }
  }
}
