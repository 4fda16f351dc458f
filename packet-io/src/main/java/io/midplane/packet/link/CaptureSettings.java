package io.midplane.packet.link;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import org.jspecify.annotations.Nullable;

/**
 * How frames are captured and handed over. Immutable; each {@code with…} method gives a changed
 * copy.
 *
 * @param mode how they get from the kernel
 * @param ringBytes memory in which frames wait for a reader without credits, 64 KiB to 1 GiB
 * @param credits how many batches may be on their way to the reader, 1 to 1024
 * @param batchFrames the most frames in a batch of immediate mode
 * @param pooled whether a batch is filled anew after it was acknowledged, so that nothing is
 *     allocated for a frame; the reader must then not touch it any more
 * @param includeOutgoing whether frames that this machine sends are seen too, as OUTGOING
 * @param fanout shares the frames with other captures; null for all frames
 */
public record CaptureSettings(
    RxMode mode,
    int ringBytes,
    int credits,
    int batchFrames,
    boolean pooled,
    boolean includeOutgoing,
    @Nullable Fanout fanout) {
  private static final CaptureSettings DEFAULTS =
      new CaptureSettings(RxMode.immediate(), 8 << 20, 16, 256, false, false, null);

  /** Checks the ranges. */
  public CaptureSettings {
    check("ring bytes", ringBytes, 64 << 10, 1 << 30);
    check("credits", credits, 1, 1024);
    check("batch frames", batchFrames, 1, 65_536);
  }

  private static void check(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          what + ": " + value + " (expected: " + least + " to " + most + ")");
    }
  }

  /** Immediate, a ring of 8 MiB, 16 credits, fresh batches of up to 256 frames. */
  public static CaptureSettings defaults() {
    return DEFAULTS;
  }

  /** The same in that mode. */
  public CaptureSettings withMode(RxMode newMode) {
    return new CaptureSettings(
        newMode, ringBytes, credits, batchFrames, pooled, includeOutgoing, fanout);
  }

  /** The same with another ring. */
  public CaptureSettings withRingBytes(int newBytes) {
    return new CaptureSettings(
        mode, newBytes, credits, batchFrames, pooled, includeOutgoing, fanout);
  }

  /** The same with so many credits. */
  public CaptureSettings withCredits(int newCredits) {
    return new CaptureSettings(
        mode, ringBytes, newCredits, batchFrames, pooled, includeOutgoing, fanout);
  }

  /** The same with smaller or larger batches. */
  public CaptureSettings withBatchFrames(int newFrames) {
    return new CaptureSettings(
        mode, ringBytes, credits, newFrames, pooled, includeOutgoing, fanout);
  }

  /** The same with batches that are filled anew. */
  public CaptureSettings withPooledBatches() {
    return new CaptureSettings(
        mode, ringBytes, credits, batchFrames, true, includeOutgoing, fanout);
  }

  /** The same with frames that this machine sends. */
  public CaptureSettings withOutgoing() {
    return new CaptureSettings(mode, ringBytes, credits, batchFrames, pooled, true, fanout);
  }

  /** The same as part of a group. */
  public CaptureSettings withFanout(Fanout newFanout) {
    return new CaptureSettings(
        mode, ringBytes, credits, batchFrames, pooled, includeOutgoing, newFanout);
  }
}
