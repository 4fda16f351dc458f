package io.midplane.gateways.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.midplane.calls.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FramesTest {
  /** As captured from execnet: data, close, half close, terminate, status. */
  private static final String STREAM =
      "040000000100000006460000000151"
          + "050000000100000000"
          + "07ffffffff00000000"
          + "020000000000000000"
          + "000000000300000000";

  private static final int LIMIT = 1 << 24;

  @Test
  @DisplayName("G10: frames are written as execnet writes them")
  void shouldWriteTheBytesOfExecnet() throws Exception {
    var out = new ByteArrayOutputStream();
    FrameWriter writer = new FrameWriter(out);

    for (Frame frame : frames()) {
      writer.write(frame);
    }

    assertThat(writer.awaitWritten(Duration.ofSeconds(30))).isTrue();
    assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(STREAM);
  }

  @Test
  @DisplayName("G10: frames are read the same however their bytes are cut")
  void shouldReadFramesHoweverTheyAreCut() {
    byte[] stream = HexFormat.of().parseHex(STREAM);
    for (int cut = 0; cut <= stream.length; cut++) {
      FrameDecoder decoder = new FrameDecoder(LIMIT, false);
      List<Frame> read = new ArrayList<>(drain(decoder, ByteBuffer.wrap(stream, 0, cut)));
      read.addAll(drain(decoder, ByteBuffer.wrap(stream, cut, stream.length - cut)));
      assertSame(read);
      assertThat(decoder.isBetweenFrames()).isTrue();
      assertThat(decoder.offset()).isEqualTo(stream.length);
    }
    FrameDecoder bytewise = new FrameDecoder(LIMIT, false);
    List<Frame> read = new ArrayList<>();
    for (byte one : stream) {
      read.addAll(drain(bytewise, ByteBuffer.wrap(new byte[] {one})));
    }
    assertSame(read);
  }

  private static List<Frame> frames() {
    return List.of(
        new Frame(FrameCode.CHANNEL_DATA, 1, HexFormat.of().parseHex("460000000151")),
        Frame.of(FrameCode.CHANNEL_CLOSE, 1),
        Frame.of(FrameCode.CHANNEL_LAST_MESSAGE, -1),
        Frame.of(FrameCode.GATEWAY_TERMINATE, 0),
        Frame.of(FrameCode.STATUS, 3));
  }

  private static void assertSame(List<Frame> read) {
    assertThat(read).usingRecursiveComparison().isEqualTo(frames());
  }

  private static List<Frame> drain(FrameDecoder decoder, ByteBuffer in) {
    List<Frame> frames = new ArrayList<>();
    for (Frame frame = decoder.next(in); frame != null; frame = decoder.next(in)) {
      frames.add(frame);
    }
    assertThat(in.hasRemaining()).isFalse();
    return frames;
  }

  @Test
  @DisplayName(
      "G11: a negative length, one above the limit and an unknown code name offset and code")
  void shouldRefuseWhatIsNoFrame() {
    assertRefused("04 00000001 ffffffff", ErrorCode.PROTOCOL_VIOLATION, 4, "length: -1");
    assertRefused("04 00000001 01000001", ErrorCode.LIMIT_EXCEEDED, 4, "length: 16777217");
    assertRefused("08 00000001 00000000", ErrorCode.PROTOCOL_VIOLATION, 8, "unknown code");
    assertRefused("ff 00000001 00000000", ErrorCode.PROTOCOL_VIOLATION, -1, "unknown code");
  }

  private static void assertRefused(String hex, ErrorCode why, int code, String message) {
    FrameDecoder decoder = new FrameDecoder(LIMIT, false);
    byte[] bad = HexFormat.of().parseHex("050000000100000000" + hex.replace(" ", ""));
    ByteBuffer in = ByteBuffer.wrap(bad);
    assertThat(decoder.next(in)).isNotNull();

    for (int again = 0; again < 2; again++) {
      assertThatExceptionOfType(FrameException.class)
          .isThrownBy(() -> decoder.next(in))
          .withMessageStartingWith("frame at offset 9, code " + code + ": " + message)
          .satisfies(e -> assertThat(e.offset()).isEqualTo(9))
          .satisfies(e -> assertThat(e.frameCode()).isEqualTo(code))
          .satisfies(e -> assertThat(e.code()).isEqualTo(why));
    }
  }

  @Test
  @DisplayName("G11: a stream that ends within a frame says where")
  void shouldTellWhereAStreamEnded() {
    FrameDecoder decoder = new FrameDecoder(LIMIT, false);

    assertThat(decoder.next(ByteBuffer.wrap(HexFormat.of().parseHex("0400000001000000064600"))))
        .isNull();

    assertThat(decoder.isBetweenFrames()).isFalse();
    assertThat(decoder.truncated())
        .hasMessage("frame at offset 0, code 4: the stream ended after 11 of 15 bytes");
  }

  @Test
  void shouldTakeNoMemoryForALengthThatIsOnlyAnnounced() {
    List<FrameDecoder> decoders = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      FrameDecoder decoder = new FrameDecoder(Integer.MAX_VALUE, false);
      assertThat(decoder.next(ByteBuffer.wrap(HexFormat.of().parseHex("04000000017fffffff00"))))
          .isNull();
      decoders.add(decoder);
    }

    assertThat(decoders).allMatch(decoder -> decoder.pending() == 10);
  }

  @Test
  @DisplayName("G12: frames of many threads arrive whole and, for each thread, in order")
  void shouldWriteFramesOfManyThreadsWhole() throws Exception {
    int threads = 8;
    int each = 200;
    var out = new ByteArrayOutputStream();
    FrameWriter writer = new FrameWriter(out);
    List<Thread> senders = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int channel = t;
      senders.add(Thread.ofVirtual().start(() -> send(writer, channel, each)));
    }
    for (Thread sender : senders) {
      sender.join();
    }

    assertThat(writer.awaitWritten(Duration.ofSeconds(30))).isTrue();
    int[] next = new int[threads];
    List<Frame> frames = drain(new FrameDecoder(LIMIT, false), ByteBuffer.wrap(out.toByteArray()));
    for (Frame frame : frames) {
      ByteBuffer payload = ByteBuffer.wrap(frame.payload());
      assertThat(payload.getInt()).isEqualTo(next[frame.channel()]++);
      while (payload.hasRemaining()) {
        assertThat(payload.get()).isEqualTo((byte) frame.channel());
      }
    }
    assertThat(next).containsOnly(each);
  }

  private static void send(FrameWriter writer, int channel, int count) {
    Random random = new Random(channel);
    for (int i = 0; i < count; i++) {
      ByteBuffer payload =
          ByteBuffer.allocate(4 + random.nextInt(i % 10 == 0 ? 80_000 : 2000)).putInt(i);
      while (payload.hasRemaining()) {
        payload.put((byte) channel);
      }
      try {
        writer.write(new Frame(FrameCode.CHANNEL_DATA, channel, payload.array()));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @Test
  void shouldFailForWhoeverComesAfterTheStreamBroke() {
    FrameWriter writer =
        new FrameWriter(
            new java.io.OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("pipe broke");
              }
            });

    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> writer.write(Frame.of(FrameCode.CHANNEL_CLOSE, 1)))
          .withMessage("pipe broke");
    }
  }

  @Test
  void shouldShowAFrameAsTracesDo() {
    assertThat(frames().getFirst()).hasToString("<Message CHANNEL_DATA channel=1 lendata=6>");
  }
}
