package io.midplane.packet.file;

import io.midplane.calls.ErrorCode;
import io.midplane.packet.file.Options.Option;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.PacketType;
import io.midplane.packet.link.CaptureStatistics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The format of blocks: sections of interfaces, frames and statistics. Blocks of other kinds are
 * passed over, whatever their length.
 */
final class PcapngBlocks implements FrameSource {
  static final int SECTION = 0x0a0d0d0a;
  static final int INTERFACE = 1;
  static final int OLD_PACKET = 2;
  static final int SIMPLE_PACKET = 3;
  static final int STATISTICS = 5;
  static final int PACKET = 6;
  static final int BYTE_ORDER = 0x1a2b3c4d;

  /** Length of a packet block's fields before the bytes of the frame. */
  static final int PACKET_HEADER = 28;

  static final int OPTION_FLAGS = 2;
  static final int OPTION_DROPS = 4;
  static final int OUTBOUND = 2;
  static final int CHECKSUM_NOT_READY = 1 << 9;

  private static final int FRAMING = 12;
  private static final int MAX_BLOCK = 1 << 20;
  private static final int MAX_INTERFACES = 4096;
  private static final int MAX_NAME = 1024;

  private final FileInput in;
  private final List<Described> described = new ArrayList<>();
  private final Map<Integer, CaptureStatistics> statistics = new HashMap<>();

  private record Described(CaptureInterface face, TimeUnits units) {}

  PcapngBlocks(FileInput in) {
    this.in = in;
  }

  @Override
  public boolean next(CurrentFrame frame) {
    while (in.has(8)) {
      int type = in.int32(0);
      switch (type) {
        case SECTION -> section();
        case INTERFACE -> face(block(20));
        case STATISTICS -> counted(block(24));
        case PACKET -> {
          return packet(frame, block(32), false);
        }
        case OLD_PACKET -> {
          return packet(frame, block(32), true);
        }
        case SIMPLE_PACKET -> {
          return simplePacket(frame, block(16));
        }
        default -> pass();
      }
    }
    if (in.available() > 0) {
      throw FrameSource.truncated(in.position(), "a block");
    }
    return false;
  }

  // ---- framing

  /** The length of a block that is all there. */
  private int block(int least) {
    long position = in.position();
    int length = FrameSource.limited(position, "block length", in.int32(4), MAX_BLOCK);
    if (length < least || length % 4 != 0) {
      throw damaged("block length " + length, "a multiple of 4, at least " + least);
    }
    if (!in.has(length)) {
      throw FrameSource.truncated(position, "a block");
    }
    if (in.int32(length - 4) != length) {
      throw damaged(
          "a block of length " + length + " that ends with " + in.int32(length - 4), "the same");
    }
    return length;
  }

  private void pass() {
    long position = in.position();
    long length = in.int32(4) & 0xffff_ffffL;
    if (length < FRAMING || length % 4 != 0) {
      throw damaged("block length " + length, "a multiple of 4, at least " + FRAMING);
    }
    if (!in.skipFar(length - 4) || !in.has(4)) {
      throw FrameSource.truncated(position, "a block");
    }
    if (in.int32(0) != (int) length) {
      throw new CaptureFileException(
          ErrorCode.DAMAGED,
          position,
          "a block of length " + length + " that ends with " + in.int32(0),
          "the same");
    }
    in.skip(4);
  }

  private CaptureFileException damaged(String found, String expected) {
    return new CaptureFileException(ErrorCode.DAMAGED, in.position(), found, expected);
  }

  // ---- blocks

  private void section() {
    if (!in.has(FRAMING)) {
      throw FrameSource.truncated(in.position(), "a block");
    }
    in.order(false);
    if (in.int32(8) != BYTE_ORDER) {
      in.order(true);
    }
    if (in.int32(8) != BYTE_ORDER) {
      throw damaged("byte order 0x" + Integer.toHexString(in.int32(8)), "0x1a2b3c4d");
    }
    int length = block(28);
    if (in.int16(12) != 1) {
      throw new CaptureFileException(
          ErrorCode.UNSUPPORTED,
          in.position(),
          "version " + in.int16(12) + "." + in.int16(14),
          "1.0");
    }
    described.clear();
    statistics.clear();
    in.skip(length);
  }

  private void face(int length) {
    if (described.size() == MAX_INTERFACES) {
      throw new CaptureFileException(
          ErrorCode.LIMIT_EXCEEDED, in.position(), "another interface", "at most 4096");
    }
    int snapLength =
        FrameSource.limited(
            in.position(), "snapshot length", in.int32(12), CaptureReader.MAX_CAPTURED_LENGTH);
    String name = "";
    Optional<MacAddress> address = Optional.empty();
    int resolution = 6;
    long offset = 0;
    for (Option option : Options.read(in, 16, length - 4)) {
      int at = option.at();
      switch (option.code()) {
        case 2 -> name = text(option);
        case 6 -> address = Optional.of(MacAddress.read(in.array(), in.offset() + option.of(6)));
        case 9 -> resolution = in.array()[in.offset() + option.of(1)] & 0xff;
        case 14 -> offset = in.int64(option.of(8));
        default -> {} // nothing that frames depend on
      }
    }
    TimeUnits units = TimeUnits.of(resolution, offset);
    if (!units.isSupported()) {
      throw new CaptureFileException(
          ErrorCode.UNSUPPORTED,
          in.position(),
          "time resolution 0x" + Integer.toHexString(resolution),
          "at most 18 decimal or 63 binary places");
    }
    int most = snapLength == 0 ? CaptureReader.MAX_CAPTURED_LENGTH : snapLength;
    described.add(new Described(new CaptureInterface(name, address, in.int16(8), most), units));
    in.skip(length);
  }

  private String text(Option option) {
    byte[] bytes = in.copy(option.at(), Math.min(option.length(), MAX_NAME));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void counted(int length) {
    int number = number(in.int32(8));
    long received = 0;
    long dropped = 0;
    for (Option option : Options.read(in, 20, length - 4)) {
      switch (option.code()) {
        case 4 -> received = in.int64(option.of(8));
        case 5 -> dropped = in.int64(option.of(8));
        default -> {} // other counters
      }
    }
    statistics.put(number + 1, new CaptureStatistics(received - dropped, dropped));
    in.skip(length);
  }

  private int number(int number) {
    if (number < 0 || number >= described.size()) {
      throw damaged(
          "interface " + Integer.toUnsignedString(number),
          "one of " + described.size() + " that were described before");
    }
    return number;
  }

  private boolean packet(CurrentFrame frame, int length, boolean isOld) {
    int number = number(isOld ? in.int16(8) : in.int32(8));
    Described from = described.get(number);
    int captured = captured(length, in.int32(20), PACKET_HEADER, from);
    frame.at(in, PACKET_HEADER, captured, in.int32(24));
    frame.timestamp = from.units().nanoseconds(in.split64(12));
    frame.ifindex = number + 1;
    frame.type = frame.typeByDestination();
    frame.flags = 0;
    int options = PACKET_HEADER + padded(captured);
    if (options < length - 4) {
      readOptions(frame, options, length - 4);
    }
    in.skip(length);
    return true;
  }

  private void readOptions(CurrentFrame frame, int from, int to) {
    int at = from;
    while (to - at >= 4) {
      int code = in.int16(at);
      int length = in.int16(at + 2);
      at += 4;
      if (padded(length) > to - at) {
        throw damaged("an option of length " + length, "at most " + (to - at));
      }
      if (code == 0) {
        return;
      }
      if (code == OPTION_FLAGS && length == 4) {
        takeFlags(frame, in.int32(at));
      } else if (code == OPTION_DROPS && length == 8 && in.int64(at) != 0) {
        frame.flags |= FrameMeta.LOSING;
      }
      at += padded(length);
    }
  }

  private static void takeFlags(CurrentFrame frame, int flags) {
    if ((flags & 3) == OUTBOUND) {
      frame.type = PacketType.OUTGOING;
    } else {
      switch (flags >>> 2 & 7) {
        case 1 -> frame.type = PacketType.HOST;
        case 2 -> frame.type = PacketType.MULTICAST;
        case 3 -> frame.type = PacketType.BROADCAST;
        case 4 -> frame.type = PacketType.OTHER_HOST;
        default -> {} // not said
      }
    }
    if ((flags & CHECKSUM_NOT_READY) != 0) {
      frame.flags |= FrameMeta.CSUM_NOT_READY;
    }
  }

  private boolean simplePacket(CurrentFrame frame, int length) {
    Described from = described.get(number(0));
    int original = in.int32(8);
    int most = Math.min(from.face().snapLength(), length - 16);
    int captured = original < 0 || original > most ? most : original;
    captured(length, captured, FRAMING, from);
    frame.at(in, FRAMING, captured, original);
    frame.timestamp = 0;
    frame.ifindex = 1;
    frame.type = frame.typeByDestination();
    frame.flags = 0;
    in.skip(length);
    return true;
  }

  private int captured(int length, int captured, int header, Described from) {
    FrameSource.requireEthernet(in.position(), from.face().linkType());
    FrameSource.limited(
        in.position(), "captured length", captured, CaptureReader.MAX_CAPTURED_LENGTH);
    if (padded(captured) > length - header - 4) {
      throw damaged(
          "captured length " + captured, "at most " + (length - header - 4) + " in this block");
    }
    return captured;
  }

  static int padded(int length) {
    return length + 3 & ~3;
  }

  // ---- what was read

  @Override
  public List<CaptureInterface> interfaces() {
    return described.stream().map(Described::face).toList();
  }

  @Override
  public Optional<CaptureStatistics> statistics(int ifindex) {
    return Optional.ofNullable(statistics.get(ifindex));
  }

  @Override
  public CaptureFormat format() {
    return CaptureFormat.PCAPNG;
  }
}
