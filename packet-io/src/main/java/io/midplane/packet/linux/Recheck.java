package io.midplane.packet.linux;

import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.BatchBuilder;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.FrameFacts;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Applies a filter once more to frames that may have passed the one before: those that were in the
 * ring when it was replaced, and those that another CPU was just putting there.
 */
record Recheck(BpfProgram program, long untilTimestamp) {
  private static final long IN_FLIGHT_NANOS = 10_000_000;

  /** For a filter that was replaced just now. */
  static Recheck now(BpfProgram program) {
    Instant now = Instant.now();
    return new Recheck(
        program, now.getEpochSecond() * 1_000_000_000L + now.getNano() + IN_FLIGHT_NANOS);
  }

  /** What the filter wants of it; the batch itself if that is everything, null if nothing. */
  @Nullable FrameBatch apply(FrameBatch batch) {
    var kept = new BatchBuilder(batch.size(), 0);
    for (int i = 0; i < batch.size(); i++) {
      if (FrameFacts.wants(program, batch, i)) {
        kept.add(batch, i);
      }
    }
    if (kept.size() == batch.size()) {
      return batch;
    }
    return kept.size() == 0 ? null : kept.toBatch();
  }

  /** Whether frames after this batch need no second look. */
  boolean isOverAfter(FrameBatch batch) {
    return batch.timestamp(batch.size() - 1) > untilTimestamp;
  }
}
