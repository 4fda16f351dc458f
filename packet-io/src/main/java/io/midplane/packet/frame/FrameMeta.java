package io.midplane.packet.frame;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a received frame beside its bytes. Immutable.
 *
 * @param ifindex number of the interface it came in by; 0 if unknown
 * @param timestamp when the kernel saw it, in nanoseconds since 1970
 * @param originalLength bytes it had on the wire, without the tag that was taken out
 * @param capturedLength bytes of it that are here
 * @param type for whom it is
 * @param vlan the outer tag that was taken out of the bytes; null if there was none, or if it is
 *     still in them
 * @param flags of {@link #TRUNCATED}, {@link #CSUM_NOT_READY} and {@link #LOSING}
 */
public record FrameMeta(
    int ifindex,
    long timestamp,
    int originalLength,
    int capturedLength,
    PacketType type,
    @Nullable VlanTag vlan,
    int flags) {

  /** Not all of the frame is here. */
  public static final int TRUNCATED = 1;

  /** It comes from this machine, which left checksums to the hardware: do not verify them. */
  public static final int CSUM_NOT_READY = 2;

  /** Frames before it were dropped since the counters were last read. */
  public static final int LOSING = 4;

  /** Of a frame that was made here and is known by its bytes alone. */
  public static FrameMeta ofLength(int length) {
    return new FrameMeta(0, 0, length, length, PacketType.HOST, null, 0);
  }

  /** Whether bytes are missing. */
  public boolean isTruncated() {
    return (flags & TRUNCATED) != 0;
  }

  /** Whether its checksums were not computed yet. */
  public boolean isChecksumNotReady() {
    return (flags & CSUM_NOT_READY) != 0;
  }

  /** The time stamp. */
  public Instant instant() {
    return Instant.ofEpochSecond(
        Math.floorDiv(timestamp, 1_000_000_000L), Math.floorMod(timestamp, 1_000_000_000L));
  }
}
