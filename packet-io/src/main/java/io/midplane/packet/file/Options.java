package io.midplane.packet.file;

import io.midplane.calls.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** The options at the end of a block. */
final class Options {
  private static final int MAX_OPTIONS = 1000;

  private Options() {}

  /**
   * One of them.
   *
   * @param at where its value stands in the block
   */
  record Option(long position, int code, int at, int length) {

    /** Where the value is, if it has this length. */
    int of(int expected) {
      if (length != expected) {
        throw new CaptureFileException(
            ErrorCode.DAMAGED,
            position,
            "option " + code + " of length " + length,
            String.valueOf(expected));
      }
      return at;
    }
  }

  static List<Option> read(FileInput in, int from, int to) {
    List<Option> options = new ArrayList<>();
    int at = from;
    while (to - at >= 4) {
      int code = in.int16(at);
      int length = in.int16(at + 2);
      at += 4;
      if (PcapngBlocks.padded(length) > to - at || options.size() == MAX_OPTIONS) {
        throw new CaptureFileException(
            ErrorCode.DAMAGED,
            in.position(),
            "option number " + (options.size() + 1) + " of length " + length,
            "at most " + MAX_OPTIONS + " options that end within the block");
      }
      if (code == 0) {
        break;
      }
      options.add(new Option(in.position(), code, at, length));
      at += PcapngBlocks.padded(length);
    }
    return options;
  }
}
