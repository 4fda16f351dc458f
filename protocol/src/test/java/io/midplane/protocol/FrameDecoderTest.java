package io.midplane.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
  private static final int MAX = 1024;

  /**
   * HELLO without fields, a request of three bytes with a large id, CANCEL, CREDIT of 200 bytes.
   */
  private static byte[] someFrames() throws IOException {
    var bytes = new ByteArrayOutputStream();
    bytes.write(FakeNode.Peer.frame(1, 0));
    bytes.write(FakeNode.Peer.frame(2, Long.MAX_VALUE, (byte) 1, (byte) 2, (byte) 3));
    bytes.write(FakeNode.Peer.frame(8, 258));
    bytes.write(FakeNode.Peer.frame(7, 1, new byte[200]));
    return bytes.toByteArray();
  }

  private static void assertSomeFrames(List<Frame> frames) {
    assertThat(frames)
        .extracting(Frame::kind)
        .containsExactly(FrameKind.HELLO, FrameKind.REQUEST, FrameKind.CANCEL, FrameKind.CREDIT);
    assertThat(frames).extracting(Frame::requestId).containsExactly(0L, Long.MAX_VALUE, 258L, 1L);
    assertThat(frames).extracting(Frame::offset).containsExactly(0L, 13L, 29L, 42L);
    assertThat(frames).extracting(frame -> frame.payload().size()).containsExactly(0, 3, 0, 200);
    assertThat(frames.get(1).payload().toByteArray()).containsExactly(1, 2, 3);
  }

  @Test
  void shouldDecodeOneByteAtATime() throws IOException {
    FrameDecoder decoder = FrameDecoder.atNode(MAX);
    var frames = new ArrayList<Frame>();
    for (byte one : someFrames()) {
      frames.addAll(decode(decoder, one));
    }

    assertSomeFrames(frames);
  }

  @Test
  void shouldDecodeWholeAndInAnyPieces() throws IOException {
    assertSomeFrames(decode(FrameDecoder.atNode(MAX), someFrames()));

    long seed = System.nanoTime();
    var random = new Random(seed);
    byte[] bytes = someFrames();
    for (int round = 0; round < 500; round++) {
      FrameDecoder decoder = FrameDecoder.atNode(MAX);
      var frames = new ArrayList<Frame>();
      for (int from = 0; from < bytes.length; ) {
        int to = Math.min(bytes.length, from + random.nextInt(40));
        var piece = ByteBuffer.wrap(bytes, from, to - from).order(ByteOrder.LITTLE_ENDIAN);
        frames.addAll(decode(decoder, piece));
        from = to;
      }
      assertSomeFrames(frames);
    }
  }

  @Test
  void shouldDecodeWhatItEncoded() throws IOException {
    var message =
        io.midplane.protocol.northbound.v1.Request.newBuilder().setTimeoutMillis(300).build();
    var encoder = new FrameEncoder(MAX);
    var buffer = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN).position(5);

    encoder.encode(FrameKind.REQUEST, 77, message, buffer);

    assertThat(buffer.position()).isEqualTo(5 + encoder.size(message));
    byte[] written = new byte[encoder.size(message)];
    buffer.get(5, written);
    assertThat(written).isEqualTo(FakeNode.Peer.frame(FakeNode.REQUEST, 77, message.toByteArray()));
    Frame frame = decode(FrameDecoder.atNode(MAX), written).getFirst();
    assertThat(frame.payload(io.midplane.protocol.northbound.v1.Request.parser()))
        .isEqualTo(message);
  }

  @Test
  void shouldRefuseALengthAsSoonAsItIsKnown() {
    refused(new byte[] {0, 0, 0, 8}, 0, "frame length", "8", "9 to 1024");
    refused(new byte[] {0, 0, 4, 1}, 0, "frame length", "1025", "9 to 1024");
    refused(new byte[] {-1, -1, -1, -1}, 0, "frame length", "4294967295", "9 to 1024");
    refused(new byte[] {-128, 0, 0, 0}, 0, "frame length", "2147483648", "9 to 1024");
    refused(new byte[] {127, -1, -1, -1}, 0, "frame length", "2147483647", "9 to 1024");
    refused("GET / HTTP/1.1".getBytes(), 0, "frame length", "1195725856", "9 to 1024");
  }

  @Test
  void shouldAcceptTheLargestFrame() throws IOException {
    byte[] largest = FakeNode.Peer.frame(2, 1, new byte[MAX - 9]);

    assertThat(decode(FrameDecoder.atNode(MAX), largest)).hasSize(1);
  }

  @Test
  void shouldRefuseAKindThatTheSenderMayNotUse() throws IOException {
    for (int kind : new int[] {0, 3, 4, 5, 6, 9, 10, 11, 127, -1, -128}) {
      refused(
          FakeNode.Peer.frame(kind, 1), 12, "frame kind", "" + kind, "a kind that a client sends");
    }
    for (int kind : new int[] {0, 2, 7, 8, 11, -1}) {
      assertThatExceptionOfType(ProtocolViolationException.class)
          .isThrownBy(() -> decode(FrameDecoder.atClient(MAX), FakeNode.Peer.frame(kind, 1)))
          .withMessageContaining("a kind that a node sends");
    }
  }

  @Test
  void shouldRefuseARequestIdOutOfPlace() throws IOException {
    refused(FakeNode.Peer.frame(1, 1), 4, "request id", "1", "0 in HELLO");
    refused(FakeNode.Peer.frame(2, 0), 4, "request id", "0", "1 to 2^63-1 in REQUEST");
    refused(FakeNode.Peer.frame(2, -5), 4, "request id", "-5", "1 to 2^63-1 in REQUEST");
    assertThat(decode(FrameDecoder.atClient(MAX), FakeNode.Peer.frame(6, 0))).hasSize(1);
  }

  @Test
  void shouldRefuseAPayloadWhereThereIsNone() throws IOException {
    refused(FakeNode.Peer.frame(8, 1, (byte) 0), 0, "frame length", "10", "9 in CANCEL");
  }

  @Test
  void shouldCountTheOffsetFromTheStartOfTheConnection() throws IOException {
    var bytes = new ByteArrayOutputStream();
    bytes.write(someFrames());
    bytes.write(new byte[] {0, 0, 0, 1});
    refused(bytes.toByteArray(), someFrames().length, "frame length", "1", "9 to 1024");
  }

  @Test
  void shouldStayRefusedAndSayWhatTheMessageSays() {
    FrameDecoder decoder = FrameDecoder.atNode(MAX);
    assertThatThrownBy(() -> decode(decoder, new byte[4]))
        .isInstanceOf(ProtocolViolationException.class)
        .hasMessage(
            "frame length: 0 at byte 0 (expected: 9 to 1024); the connection is closed, check that"
                + " both sides speak protocol version 1");
    assertThatThrownBy(decoder::next).isInstanceOf(ProtocolViolationException.class);
  }

  @Test
  void shouldRefuseToForgetUnreadBytes() throws IOException {
    FrameDecoder decoder = FrameDecoder.atNode(MAX);
    decoder.feed(ByteBuffer.wrap(someFrames()));
    decoder.next();

    assertThatThrownBy(() -> decoder.feed(ByteBuffer.allocate(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("bytes unread (expected: 0)");
  }

  @Test
  void shouldThrowNothingElseForRandomBytes() throws IOException {
    long seed = System.nanoTime();
    var random = new Random(seed);
    int refusals = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = round % 2 == 0 ? new byte[random.nextInt(64)] : someFrames();
      if (round % 2 == 0) {
        random.nextBytes(bytes);
      } else {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      FrameDecoder decoder =
          random.nextBoolean() ? FrameDecoder.atNode(MAX) : FrameDecoder.atClient(MAX);
      try {
        decode(decoder, bytes);
      } catch (ProtocolViolationException e) {
        refusals++;
        assertThat(e.offset()).as("seed %d", seed).isBetween(0L, (long) bytes.length);
      }
    }
    assertThat(refusals).as("the test reaches refusals").isGreaterThan(1000);
  }

  @Test
  void shouldRefuseAPayloadThatIsNoMessage() throws IOException {
    Frame frame =
        decode(FrameDecoder.atNode(MAX), FakeNode.Peer.frame(2, 1, (byte) 0x0a)).getFirst();

    assertThatThrownBy(() -> frame.payload(io.midplane.protocol.northbound.v1.Request.parser()))
        .isInstanceOf(ProtocolViolationException.class)
        .hasMessageContaining("(expected: the message that goes with REQUEST)");
  }

  @Test
  void shouldRefuseToEncodeAFrameThatIsTooLarge() {
    var encoder = new FrameEncoder(MAX);
    var large =
        io.midplane.protocol.northbound.v1.Failure.newBuilder().setMessage("x".repeat(MAX)).build();
    var buffer = ByteBuffer.allocate(2 * MAX);

    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> encoder.encode(FrameKind.ERROR, 1, large, buffer))
        .withMessage("frame length: 1036 (expected: at most 1024)")
        .extracting(MidplaneException::code)
        .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
    assertThat(buffer.position()).isZero();
  }

  @Test
  void shouldRefuseALimitOutOfRange() {
    assertThatThrownBy(() -> new FrameEncoder(1023))
        .hasMessage("maxFrameBytes: 1023 (expected: 1024 to 67108864)");
    assertThatThrownBy(() -> FrameDecoder.atNode(Integer.MAX_VALUE))
        .isInstanceOf(MidplaneException.class);
    assertThatThrownBy(() -> new NorthboundLimits(1024, 0, 1))
        .hasMessage("maxOpenRequests: 0 (expected: at least 1)");
  }

  private static void refused(
      byte[] bytes, long offset, String field, String value, String expected) {
    assertThatExceptionOfType(ProtocolViolationException.class)
        .isThrownBy(() -> decode(FrameDecoder.atNode(MAX), bytes))
        .satisfies(e -> {
          assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_VIOLATION);
          assertThat(e.offset()).isEqualTo(offset);
          assertThat(e.field()).isEqualTo(field);
          assertThat(e.value()).isEqualTo(value);
          assertThat(e.expected()).isEqualTo(expected);
        });
  }

  private static List<Frame> decode(FrameDecoder decoder, byte... bytes) {
    return decode(decoder, ByteBuffer.wrap(bytes));
  }

  private static List<Frame> decode(FrameDecoder decoder, ByteBuffer bytes) {
    decoder.feed(bytes);
    var frames = new ArrayList<Frame>();
    for (Frame frame = decoder.next(); frame != null; frame = decoder.next()) {
      frames.add(frame);
    }
    return frames;
  }
}
