package io.midplane.packet.link;

import io.midplane.packet.bpf.BpfProgram;
import java.util.concurrent.CompletableFuture;

/**
 * A running capture of a link. Thread-safe, and no method blocks; its futures complete on the
 * link's thread, so what depends on them must not block either.
 */
public interface Capture {

  /**
   * Gives the credit of a batch back; again is harmless.
   *
   * @param number of the batch
   */
  void acknowledge(long number);

  /**
   * Replaces the filter; once it completes no frame is handed over that only the old one wanted.
   */
  CompletableFuture<Void> filter(BpfProgram program);

  /** The counters now; those at the end if it is over. */
  CompletableFuture<CaptureStatistics> statistics();

  /** Ends it; completes after {@link CaptureSink#closed}. Again is harmless. */
  CompletableFuture<CaptureStatistics> close();
}
