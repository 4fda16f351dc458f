package io.midplane.packet;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureSink;
import io.midplane.packet.link.Link;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Makes readers of a port with filters and counters of their own. Thread-safe. */
final class Subscriptions {
  private final PacketPort port;
  private final Link link;
  private final Captures captures;
  private final SharedCapture shared;
  private final CaptureSettings fresh;

  /**
   * Readers of a port.
   *
   * @param fresh as the settings, but not pooled
   */
  Subscriptions(
      PacketPort port,
      Link link,
      Captures captures,
      CaptureSettings settings,
      CaptureSettings fresh) {
    this.port = port;
    this.link = link;
    this.captures = captures;
    this.shared = new SharedCapture(link, captures, settings);
    this.fresh = fresh;
  }

  /** Calls back on a virtual thread. */
  CompletableFuture<FrameSubscription> callingBack(
      BpfProgram filter, Consumer<? super FrameBatch> callback) {
    var callbacks = new FrameCallbacks(callback);
    return captures
        .start(filter, fresh, callbacks.queue())
        .thenApply(capture -> {
          callbacks.queue().of(capture);
          return new FrameSubscription(port, capture);
        });
  }

  /** Hands over on the link's thread. */
  CompletableFuture<FrameSubscription> to(
      CaptureSink sink, BpfProgram filter, CaptureSettings own) {
    return captures
        .start(filter, own, sink)
        .thenApply(capture -> new FrameSubscription(port, capture));
  }

  /** Hands over what comes in by one interface of a port on all of them. */
  CompletableFuture<FrameSubscription> to(
      CaptureSink sink, String interfaceName, BpfProgram filter, CaptureSettings own) {
    if (link.address().ifindex() != 0) {
      return CompletableFuture.failedFuture(
          new MidplaneException(
              ErrorCode.UNSUPPORTED,
              "reader of "
                  + interfaceName
                  + ": the port is for "
                  + link.address()
                  + " alone (expected: one that is open on any)"));
    }
    return shared
        .start(interfaceName, filter, own, sink)
        .thenApply(capture -> new FrameSubscription(port, capture));
  }
}
