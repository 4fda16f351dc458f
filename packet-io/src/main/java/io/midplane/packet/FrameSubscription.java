package io.midplane.packet;

import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.link.Capture;
import io.midplane.packet.link.CaptureStatistics;
import java.util.concurrent.CompletionStage;

/**
 * Frames of a port for one reader, with a ring, a filter and counters of their own: a slow reader
 * costs the others nothing. Thread-safe.
 */
public final class FrameSubscription implements AutoCloseable {
  private final PacketPort port;
  private final Capture capture;

  FrameSubscription(PacketPort port, Capture capture) {
    this.port = port;
    this.capture = capture;
  }

  /**
   * Gives the credit of a batch back; only if the reader is a {@link
   * io.midplane.packet.link.CaptureSink}. Blocks: no.
   */
  public void acknowledge(long number) {
    capture.acknowledge(number);
  }

  /**
   * Replaces the filter. Once this has returned no frame is handed over that only the old one
   * wanted. Blocks: yes, shortly.
   */
  public void filter(BpfProgram program) {
    port.waits().<Void>await("filter", "filterAsync()", capture.filter(program));
  }

  /** As {@link #filter}. Blocks: no. */
  public CompletionStage<Void> filterAsync(BpfProgram program) {
    return port.waits().later("filter", capture.filter(program));
  }

  /** The counters, those at the end once it is closed. Blocks: yes, shortly. */
  public CaptureStatistics statistics() {
    return port.waits().await("statistics", "statisticsAsync()", capture.statistics());
  }

  /** As {@link #statistics}. Blocks: no. */
  public CompletionStage<CaptureStatistics> statisticsAsync() {
    return port.waits().later("statistics", capture.statistics());
  }

  /** Ends it: once this has returned nothing is handed over. Blocks: yes, shortly. */
  @Override
  public void close() {
    CaptureStatistics unused =
        port.waits().await("close of a subscription", "closeAsync()", capture.close());
  }

  /** As {@link #close}; completes with the last counters. Blocks: no. */
  public CompletionStage<CaptureStatistics> closeAsync() {
    return port.waits().later("close of a subscription", capture.close());
  }
}
