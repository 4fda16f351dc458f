package io.midplane.packet.file;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.frame.PacketType;
import io.midplane.packet.link.CaptureStatistics;

/** The classic format. */
final class PcapSink implements FrameSink {
  private static final long BILLION = 1_000_000_000L;
  private static final long LAST = (1L << 32) * BILLION - 1;

  private final FileOutput out;
  private final CaptureFormat format;
  private final int snapLength;

  PcapSink(FileOutput out, CaptureFormat format, int snapLength) {
    this.out = out;
    this.format = format;
    this.snapLength = snapLength;
  }

  @Override
  public int headerLength() {
    return PcapRecords.RECORD_LENGTH;
  }

  @Override
  public void begin() {
    int at = out.begin();
    out.int32(at, format.magic());
    out.int16(at + 4, PcapRecords.MAJOR);
    out.int16(at + 6, PcapRecords.MINOR);
    out.int64(at + 8, 0);
    out.int32(at + 16, snapLength);
    out.int32(at + 20, CaptureInterface.ETHERNET);
    out.end(at + PcapRecords.HEADER_LENGTH);
  }

  @Override
  public void face(int ifindex, CaptureInterface face) {
    // The format has no place for interfaces.
  }

  @Override
  public void require(int ifindex) {
    // As above.
  }

  @Override
  public int complete(
      int at, int captured, int original, int ifindex, long timestamp, PacketType type, int flags) {
    if (timestamp < 0 || timestamp > LAST) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "time stamp: " + timestamp + " (expected: 0 to " + LAST + "); use pcapng");
    }
    long seconds = timestamp / BILLION;
    int fraction = (int) (timestamp - seconds * BILLION);
    out.pair32(at, (int) seconds, format == CaptureFormat.PCAP_NANOS ? fraction : fraction / 1000);
    out.pair32(at + 8, captured, original);
    return at + PcapRecords.RECORD_LENGTH + captured;
  }

  @Override
  public void statistics(int ifindex, CaptureStatistics counted) {
    // The format has no place for statistics.
  }
}
