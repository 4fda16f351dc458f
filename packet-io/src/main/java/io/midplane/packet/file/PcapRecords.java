package io.midplane.packet.file;

import io.midplane.calls.ErrorCode;
import io.midplane.packet.link.CaptureStatistics;
import java.util.List;
import java.util.Optional;

/** The classic format: a header, then records of seconds, fraction and two lengths. */
final class PcapRecords implements FrameSource {
  static final int HEADER_LENGTH = 24;
  static final int RECORD_LENGTH = 16;
  static final int MAJOR = 2;
  static final int MINOR = 4;
  private static final int LINK_MASK = 0xffff;

  private final FileInput in;
  private final CaptureFormat format;
  private final CaptureInterface face;

  private PcapRecords(FileInput in, CaptureFormat format, CaptureInterface face) {
    this.in = in;
    this.format = format;
    this.face = face;
  }

  static PcapRecords open(FileInput in, CaptureFormat format) {
    if (!in.has(HEADER_LENGTH)) {
      throw FrameSource.truncated(0, "the header");
    }
    int major = in.int16(4);
    if (major != MAJOR) {
      throw new CaptureFileException(
          ErrorCode.UNSUPPORTED, 4, "version " + major + "." + in.int16(6), "2.4");
    }
    int snapLength =
        FrameSource.limited(16, "snapshot length", in.int32(16), CaptureReader.MAX_CAPTURED_LENGTH);
    var face =
        new CaptureInterface(
            "",
            Optional.empty(),
            in.int32(20) & LINK_MASK,
            snapLength == 0 ? CaptureReader.MAX_CAPTURED_LENGTH : snapLength);
    in.skip(HEADER_LENGTH);
    return new PcapRecords(in, format, face);
  }

  @Override
  public boolean next(CurrentFrame frame) {
    long position = in.position();
    if (!in.has(RECORD_LENGTH)) {
      if (in.available() == 0) {
        return false;
      }
      throw FrameSource.truncated(position, "a record");
    }
    FrameSource.requireEthernet(position, face.linkType());
    int captured =
        FrameSource.limited(
            position, "captured length", in.int32(8), CaptureReader.MAX_CAPTURED_LENGTH);
    if (!in.has(RECORD_LENGTH + captured)) {
      throw FrameSource.truncated(position, "a record");
    }
    long seconds = in.int32(0) & 0xffff_ffffL;
    long fraction = in.int32(4) & 0xffff_ffffL;
    frame.timestamp =
        seconds * 1_000_000_000L
            + (format == CaptureFormat.PCAP_NANOS ? fraction : fraction * 1000);
    frame.at(in, RECORD_LENGTH, captured, in.int32(12));
    frame.ifindex = 0;
    frame.type = frame.typeByDestination();
    frame.flags = 0;
    in.skip(RECORD_LENGTH + captured);
    return true;
  }

  @Override
  public List<CaptureInterface> interfaces() {
    return List.of(face);
  }

  @Override
  public Optional<CaptureStatistics> statistics(int ifindex) {
    return Optional.empty();
  }

  @Override
  public CaptureFormat format() {
    return format;
  }
}
