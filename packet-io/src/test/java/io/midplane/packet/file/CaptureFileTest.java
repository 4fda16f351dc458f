package io.midplane.packet.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.PacketType;
import io.midplane.packet.link.CaptureStatistics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CaptureFileTest {
  private static final int MAX = CaptureReader.MAX_CAPTURED_LENGTH;

  static Stream<Arguments> forms() {
    return Stream.of(CaptureFormat.values())
        .flatMap(format ->
            Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                .map(order -> Arguments.of(format, order)));
  }

  @ParameterizedTest
  @MethodSource("forms")
  @DisplayName(
      "40: what is written is read: bytes with tags, lengths, times, and in pcapng the rest")
  void shouldReadWhatItWrote(CaptureFormat format, ByteOrder order) {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed " + seed);
    List<Frame> frames = Samples.random(seed, 3000);

    byte[] file = write(CaptureWriter.builder().format(format).order(order), frames);
    List<Frame> read = readAll(file);

    assertThat(read).hasSameSizeAs(frames);
    List<Integer> interfaces = new ArrayList<>();
    for (int i = 0; i < frames.size(); i++) {
      int ifindex = frames.get(i).meta().ifindex();
      if (!interfaces.contains(ifindex)) {
        interfaces.add(ifindex);
      }
      Frame expected = Samples.inFile(frames.get(i), interfaces.indexOf(ifindex) + 1);
      assertThat(read.get(i)).isEqualTo(known(format, expected, read.get(i)));
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  @DisplayName("40: frames of the greatest length between short ones, with a flush among them")
  void shouldReadTheLongestFramesItWrote(CaptureFormat format, ByteOrder order) {
    byte[] longest = new byte[MAX];
    new Random(40).nextBytes(longest);
    var stream = new ByteArrayOutputStream();
    List<byte[]> expected = new ArrayList<>();
    try (CaptureWriter writer = CaptureWriter.builder().format(format).order(order).to(stream)) {
      for (int i = 0; i < 12; i++) {
        byte[] bytes = i % 3 == 0 ? Arrays.copyOf(longest, 61 + i) : longest;
        writer.write(Frame.of(bytes));
        expected.add(bytes);
        if (i == 4) {
          writer.flush();
        }
      }
    }

    List<Frame> read = readAll(stream.toByteArray());

    assertThat(read).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(read.get(i).bytes()).isEqualTo(expected.get(i));
    }
  }

  /** What the format can say of a frame. */
  private static Frame known(CaptureFormat format, Frame frame, Frame read) {
    if (format == CaptureFormat.PCAPNG) {
      return frame;
    }
    FrameMeta meta = frame.meta();
    long time = meta.timestamp();
    return new Frame(
        frame.bytes(),
        new FrameMeta(
            0,
            format == CaptureFormat.PCAP_MICROS ? time - time % 1000 : time,
            meta.originalLength(),
            meta.capturedLength(),
            read.meta().type(),
            null,
            meta.flags() & FrameMeta.TRUNCATED));
  }

  @Test
  @DisplayName("40: batches are written and read as single frames are")
  void shouldWriteAndReadBatches() {
    List<Frame> frames = Samples.random(1, 500);
    var bytes = new ByteArrayOutputStream();
    try (CaptureWriter writer = CaptureWriter.builder().to(bytes)) {
      writer.write(FrameBatch.of(frames));
      assertThat(writer.frames()).isEqualTo(500);
    }

    assertThat(bytes.toByteArray()).isEqualTo(write(CaptureWriter.builder(), frames));
    List<Frame> read = new ArrayList<>();
    try (CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(bytes.toByteArray()))) {
      for (var batch = reader.read(64); batch.size() > 0; batch = reader.read(64)) {
        read.addAll(batch.frames());
      }
    }
    assertThat(read).isEqualTo(readAll(bytes.toByteArray()));
  }

  @Test
  @DisplayName("40: interfaces, statistics and snapshot length are kept")
  void shouldKeepWhatIsKnownOfInterfaces(@TempDir Path folder) {
    Path file = folder.resolve("x.pcapng");
    MacAddress address = MacAddress.of("02:00:00:00:00:01");
    Frame frame = Samples.random(3, 1).getFirst();
    try (CaptureWriter writer = CaptureWriter.builder().snapLength(20).create(file)) {
      writer.addInterface(7, CaptureInterface.of("eth7").withAddress(address));
      assertThatThrownBy(() -> writer.addInterface(7, CaptureInterface.of("again")))
          .hasMessageContaining("declared before");
      writer.write(frame);
      writer.statistics(7, new CaptureStatistics(1L << 40, 17));
    }

    try (CaptureReader reader = CaptureReader.open(file)) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.interfaces().getFirst())
          .isEqualTo(new CaptureInterface("eth7", Optional.of(address), 1, 20));
      assertThat(reader.length()).isEqualTo(20);
      assertThat(reader.originalLength()).isGreaterThan(20);
      assertThat(reader.frame().meta().isTruncated()).isTrue();
      assertThat(reader.next()).isFalse();
      assertThat(reader.statistics(1)).contains(new CaptureStatistics(1L << 40, 17));
      assertThat(reader.statistics(2)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  @DisplayName("40: a file that was cut gives the frames before the cut and says where it is")
  void shouldReadWhatIsBeforeACut(CaptureFormat format, ByteOrder order) {
    List<Frame> frames = Samples.random(5, 3);
    byte[] file = write(CaptureWriter.builder().format(format).order(order), frames);
    List<Long> ends = ends(file);

    for (int length = 4; length < file.length; length++) {
      int cut = length;
      try (CaptureReader reader = open(Arrays.copyOf(file, cut))) {
        if (cut < ends.getFirst()) {
          assertThatThrownBy(reader::next).isInstanceOf(CaptureFileException.class);
          continue;
        }
        int whole = (int) ends.stream().filter(end -> end <= cut).count() - 1;
        for (int i = 0; i < whole; i++) {
          assertThat(reader.next()).isTrue();
        }
        if (reader.position() < cut) {
          var fault = catchThrowableOfType(CaptureFileException.class, reader::next);
          if (fault == null) {
            // Between two blocks; what is missing does not show.
            assertThat(reader.position()).isEqualTo(cut);
          } else {
            assertThat(fault).hasMessageContaining("the file ends within");
            assertThat(fault.position()).isBetween(ends.get(whole), (long) cut);
          }
        }
      } catch (CaptureFileException e) {
        assertThat((long) cut).isLessThan(ends.getFirst());
      }
    }
  }

  private static List<Long> ends(byte[] file) {
    List<Long> ends = new ArrayList<>();
    try (CaptureReader reader = open(file)) {
      ends.add(file[0] == 0x0a ? 28L : 24L);
      while (reader.next()) {
        ends.add(reader.position());
      }
    }
    return ends;
  }

  @Test
  @DisplayName("40: unknown blocks are passed over, whatever their length")
  void shouldPassOverUnknownBlocks() {
    byte[] file = write(CaptureWriter.builder(), Samples.random(7, 2));
    ByteBuffer more = little(file.length + 3_000_012 + 12);
    more.put(file, 0, 28).putInt(0x0bad).putInt(3_000_012);
    more.position(more.position() + 3_000_000).putInt(3_000_012);
    more.putInt(0x0bad).putInt(12).putInt(12);
    more.put(file, 28, file.length - 28);

    assertThat(readAll(more.array())).isEqualTo(readAll(file));
  }

  @Test
  @DisplayName("40: a new section begins its own interfaces and byte order")
  void shouldReadSectionsOneAfterTheOther() {
    byte[] first = write(CaptureWriter.builder(), Samples.random(8, 3));
    byte[] second =
        write(CaptureWriter.builder().order(ByteOrder.BIG_ENDIAN), Samples.random(9, 4));
    ByteBuffer both = ByteBuffer.allocate(first.length + second.length).put(first).put(second);

    List<Frame> expected = new ArrayList<>(readAll(first));
    expected.addAll(readAll(second));
    assertThat(readAll(both.array())).isEqualTo(expected);
  }

  @Test
  @DisplayName("40: simple and old packet blocks are read")
  void shouldReadOtherPacketBlocks() {
    byte[] file = write(CaptureWriter.builder(), List.of());
    ByteBuffer more = little(200).put(file);
    more.putInt(1).putInt(20).putShort((short) 1).putShort((short) 0).putInt(16).putInt(20);
    more.putInt(3).putInt(32).putInt(20).put(new byte[16]).putInt(32);
    more.putInt(2).putInt(48).putShort((short) 0).putShort((short) 0);
    more.putInt(1).putInt(2).putInt(14).putInt(60).put(new byte[16]).putInt(48);

    List<Frame> frames = readAll(Arrays.copyOf(more.array(), more.position()));

    assertThat(frames).hasSize(2);
    assertThat(frames.getFirst().meta())
        .isEqualTo(new FrameMeta(1, 0, 20, 16, PacketType.HOST, null, FrameMeta.TRUNCATED));
    assertThat(frames.get(1).meta().timestamp()).isEqualTo(((1L << 32) + 2) * 1000);
    assertThat(frames.get(1).bytes()).hasSize(14);
  }

  static Stream<Arguments> hostile() {
    return Stream.of(
        Arguments.of("no file", bytes(1, 2), "ends within its first"),
        Arguments.of("gzip", bytes(0x1f, 0x8b, 8, 0), "unpack it"),
        Arguments.of("pcap snaplen", pcap(MAX + 1, 1, 0), "snapshot length 262145"),
        Arguments.of("pcap snaplen", pcap(-1, 1, 0), "snapshot length 4294967295"),
        Arguments.of("pcap length", pcap(MAX, 1, MAX + 1), "captured length 262145"),
        Arguments.of("pcap length", pcap(MAX, 1, Integer.MIN_VALUE), "captured length 2147483648"),
        Arguments.of("pcap link", pcap(MAX, 113, 0), "link type 113"),
        Arguments.of("section length", section(0x7ffffffc), "block length 2147483644"),
        Arguments.of("section length", section(12), "at least 28"),
        Arguments.of("section length", section(29), "multiple of 4"),
        Arguments.of("block length", block(0x0bad, 8, 0), "block length 8"),
        Arguments.of("block length", block(0x0bad, 0xfffffffc, 0), "the file ends within a block"),
        Arguments.of("block end", block(0x0bad, 16, 17), "ends with 17"),
        Arguments.of("interface length", block(1, 1 << 21, 0), "block length 2097152"),
        Arguments.of("frame without interface", block(6, 32, 32), "interface 0"),
        Arguments.of("frame in a short block", block(6, 28, 28), "at least 32"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  @DisplayName("40: hostile lengths are refused with their place")
  void shouldRefuseHostileLengths(String what, byte[] file, String message) {
    assertThatThrownBy(() -> readAll(file))
        .describedAs(what)
        .isInstanceOf(CaptureFileException.class)
        .hasMessageContaining(message);
  }

  @Test
  @DisplayName("40: resolutions of time are understood, powers of two too")
  void shouldUnderstandResolutions() {
    assertThat(TimeUnits.of(9, 0).nanoseconds(5)).isEqualTo(5);
    assertThat(TimeUnits.of(6, 0).nanoseconds(5)).isEqualTo(5000);
    assertThat(TimeUnits.of(0, 0).nanoseconds(5)).isEqualTo(5_000_000_000L);
    assertThat(TimeUnits.of(12, 0).nanoseconds(5_999)).isEqualTo(5);
    assertThat(TimeUnits.of(6, -3).nanoseconds(5_000_001)).isEqualTo(2_000_001_000L);
    assertThat(TimeUnits.of(0x80 | 1, 0).nanoseconds(5)).isEqualTo(2_500_000_000L);
    assertThat(TimeUnits.of(0x80 | 32, 0).nanoseconds(3L << 31)).isEqualTo(1_500_000_000L);
    assertThat(TimeUnits.of(0x80 | 63, 0).nanoseconds(1L << 62)).isEqualTo(500_000_000L);
    assertThat(TimeUnits.of(0x80, 0).nanoseconds(7)).isEqualTo(7_000_000_000L);
    assertThat(TimeUnits.of(0, 0).nanoseconds(-1)).isEqualTo(Long.MAX_VALUE);
    assertThat(TimeUnits.of(9, Long.MAX_VALUE).nanoseconds(1L << 62)).isEqualTo(Long.MAX_VALUE);
    assertThat(TimeUnits.of(0x80 | 64, 0).isSupported()).isFalse();
    assertThat(TimeUnits.of(19, 0).isSupported()).isFalse();
  }

  @Test
  void shouldRefuseWhatAFileCannotHold(@TempDir Path folder) {
    CaptureWriter writer =
        CaptureWriter.builder().format(CaptureFormat.PCAP_NANOS).create(folder.resolve("x"));
    Frame late = new Frame(new byte[14], new FrameMeta(0, -1, 14, 14, PacketType.HOST, null, 0));

    assertThatThrownBy(() -> writer.write(late)).hasMessageContaining("use pcapng");
    assertThatThrownBy(() -> writer.write(Frame.of(new byte[MAX + 1])))
        .hasMessageContaining("frame: 262145 bytes (expected: at most 262144)");
    assertThatThrownBy(() -> CaptureWriter.builder().snapLength(0))
        .hasMessageContaining("1 to 262144");
    writer.write(Frame.of(new byte[MAX]));
    writer.close();
    writer.close();
    assertThatThrownBy(() -> writer.write(Frame.of(new byte[14])))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    assertThatThrownBy(() -> CaptureReader.open(folder.resolve("none")))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  // ---- files by hand

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] pcap(int snapLength, int link, int captured) {
    return little(40)
        .putInt(0xa1b2c3d4)
        .putShort((short) 2)
        .putShort((short) 4)
        .putLong(0)
        .putInt(snapLength)
        .putInt(link)
        .putLong(0)
        .putInt(captured)
        .putInt(captured)
        .array();
  }

  private static byte[] section(int length) {
    return little(28)
        .putInt(0x0a0d0d0a)
        .putInt(length)
        .putInt(0x1a2b3c4d)
        .putInt(1)
        .putLong(-1)
        .putInt(length)
        .array();
  }

  private static byte[] block(int type, int length, int end) {
    return little(28 + 32)
        .put(section(28))
        .putInt(type)
        .putInt(length)
        .putLong(0)
        .putInt(28 + 12, end)
        .putInt(28 + 24, end)
        .putInt(28 + 28, end)
        .array();
  }

  static byte[] write(CaptureWriter.Builder builder, List<Frame> frames) {
    var bytes = new ByteArrayOutputStream();
    try (CaptureWriter writer = builder.to(bytes)) {
      frames.forEach(writer::write);
    }
    return bytes.toByteArray();
  }

  static CaptureReader open(byte[] file) {
    return CaptureReader.of(new ByteArrayInputStream(file));
  }

  static List<Frame> readAll(byte[] file) {
    List<Frame> frames = new ArrayList<>();
    try (CaptureReader reader = open(file)) {
      while (reader.next()) {
        frames.add(reader.frame());
      }
    }
    return frames;
  }
}
