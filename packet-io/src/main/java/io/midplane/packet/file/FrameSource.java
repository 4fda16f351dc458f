package io.midplane.packet.file;

import io.midplane.calls.ErrorCode;
import io.midplane.packet.link.CaptureStatistics;
import java.util.List;
import java.util.Optional;

/** The frames of a file of one format. */
sealed interface FrameSource permits PcapRecords, PcapngBlocks {

  /** Reads the next frame; false at the end of the file. */
  boolean next(CurrentFrame frame);

  /** The interfaces that were described so far in the current section. */
  List<CaptureInterface> interfaces();

  /** What an interface counted, as far as was read. */
  Optional<CaptureStatistics> statistics(int ifindex);

  CaptureFormat format();

  /** A file that ends in the middle of something. */
  static CaptureFileException truncated(long position, String what) {
    return new CaptureFileException(
        ErrorCode.DAMAGED, position, "the file ends within " + what, "all of it");
  }

  /** Checks a length without sign. */
  static int limited(long position, String what, int length, int most) {
    if (length < 0 || length > most) {
      throw new CaptureFileException(
          ErrorCode.LIMIT_EXCEEDED,
          position,
          what + " " + Integer.toUnsignedString(length),
          "at most " + most);
    }
    return length;
  }

  /** Checks that frames are of Ethernet. */
  static void requireEthernet(long position, int linkType) {
    if (linkType != CaptureInterface.ETHERNET) {
      throw new CaptureFileException(
          ErrorCode.UNSUPPORTED, position, "a frame of link type " + linkType, "1, Ethernet");
    }
  }
}
