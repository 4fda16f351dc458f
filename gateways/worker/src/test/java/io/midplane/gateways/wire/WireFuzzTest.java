package io.midplane.gateways.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.midplane.calls.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * No bytes make the readers of the wire end in anything but a value, a frame or their one error.
 * {@code JAZZER_FUZZ=1} with {@code -Dtest=WireFuzzTest#shouldReadFramesAsSlicingDoes}, or the
 * other target, searches for such bytes; without, what was found before runs, and random streams.
 */
@Tag("fuzz")
class WireFuzzTest {
  private static final int MAX_PAYLOAD = 64;

  @FuzzTest(maxDuration = "5m")
  @DisplayName("G19: any bytes are a value that reads back from what is written of it, or refused")
  void shouldLoadOrRefuse(byte[] input) throws IOException {
    Object value;
    try {
      value = Values.loads(input);
    } catch (LoadException refused) {
      assertThat(refused.offset()).isBetween(0L, (long) input.length);
      return;
    }
    byte[] written = Values.dumps(value);
    assertThat(Values.dumps(Values.loads(written))).isEqualTo(written);
    assertThat(Values.dumps(Values.load(new ByteArrayInputStream(input)))).isEqualTo(written);
  }

  @FuzzTest(maxDuration = "5m")
  @DisplayName("G10, G11: any bytes, however cut, are the frames that slicing finds, or refused")
  void shouldReadFramesAsSlicingDoes(byte[] input) {
    check(input);
  }

  @RepeatedTest(200)
  @DisplayName("G10, G11: random streams of frames, mostly right")
  void shouldReadRandomStreams() {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed " + seed);
    check(stream(new SplittableRandom(seed)));
  }

  @Test
  @DisplayName("G11: the check notices a decoder with another limit")
  void shouldNoticeADecoderThatIsWrong() {
    ByteBuffer stream = ByteBuffer.allocate(9 + 20).put((byte) 4).putInt(1).putInt(20).rewind();

    assertThat(decoded(new FrameDecoder(19, true), stream.duplicate(), 5))
        .isNotEqualTo(sliced(stream.duplicate(), true));
  }

  /** The first byte says how the rest is cut. */
  private static void check(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int chunk = 1 + (input[0] & 0x3f);
    ByteBuffer stream = ByteBuffer.wrap(input, 1, input.length - 1).slice();
    for (boolean credits : new boolean[] {false, true}) {
      assertThat(decoded(new FrameDecoder(MAX_PAYLOAD, credits), stream.duplicate(), chunk))
          .isEqualTo(sliced(stream.duplicate(), credits));
    }
  }

  private static List<String> decoded(FrameDecoder decoder, ByteBuffer stream, int chunk) {
    List<String> seen = new ArrayList<>();
    try {
      while (stream.hasRemaining()) {
        ByteBuffer part = stream.slice(stream.position(), Math.min(chunk, stream.remaining()));
        stream.position(stream.position() + part.remaining());
        for (Frame frame = decoder.next(part); frame != null; frame = decoder.next(part)) {
          seen.add(text(frame.code().number(), frame.channel(), frame.payload()));
        }
      }
      seen.add(decoder.isBetweenFrames() ? "end" : "end after " + decoder.pending());
    } catch (FrameException refused) {
      seen.add(refused.code() + " at " + refused.offset());
    }
    return seen;
  }

  /** The same by the page about the wire: code, channel, length, payload. */
  private static List<String> sliced(ByteBuffer stream, boolean credits) {
    List<String> seen = new ArrayList<>();
    while (stream.remaining() >= 9) {
      int begin = stream.position();
      byte code = stream.get();
      int channel = stream.getInt();
      int length = stream.getInt();
      if (code < 0 || code > (credits ? 11 : 7) || length < 0) {
        seen.add(ErrorCode.PROTOCOL_VIOLATION + " at " + begin);
        return seen;
      }
      if (length > MAX_PAYLOAD) {
        seen.add(ErrorCode.LIMIT_EXCEEDED + " at " + begin);
        return seen;
      }
      if (length > stream.remaining()) {
        seen.add("end after " + (9 + stream.remaining()));
        return seen;
      }
      byte[] payload = new byte[length];
      stream.get(payload);
      seen.add(text(code, channel, payload));
    }
    seen.add(stream.hasRemaining() ? "end after " + stream.remaining() : "end");
    return seen;
  }

  private static String text(int code, int channel, byte[] payload) {
    return code + " " + channel + " " + Bytes.of(payload);
  }

  private static byte[] stream(SplittableRandom random) {
    ByteBuffer stream = ByteBuffer.allocate(4096).put((byte) random.nextInt(256));
    int frames = random.nextInt(30);
    for (int i = 0; i < frames; i++) {
      boolean isWrong = random.nextInt(40) == 0;
      int length = isWrong ? random.nextInt(-1, MAX_PAYLOAD + 2) : random.nextInt(MAX_PAYLOAD + 1);
      byte[] payload = new byte[Math.max(0, length)];
      random.nextBytes(payload);
      stream.put((byte) (isWrong ? random.nextInt(256) : random.nextInt(12)));
      stream.putInt(random.nextInt()).putInt(length).put(payload);
    }
    byte[] bytes = new byte[stream.position() - (stream.position() > 4 ? random.nextInt(4) : 0)];
    stream.rewind().get(bytes);
    return bytes;
  }
}
