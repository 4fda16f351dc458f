package io.midplane.xenstore.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * No stream of bytes makes the decoder do anything but what slicing the bytes by hand does, however
 * the stream is cut. {@code JAZZER_FUZZ=1} with {@code -Dtest=MessageDecoderFuzzTest} searches for
 * such a stream; without, what was found before runs, and random streams.
 */
@Tag("fuzz")
class MessageDecoderFuzzTest {
  private static final int CLIENT_BOUND_OF_LISTS = 1 << 20;

  @FuzzTest(maxDuration = "5m")
  void shouldDecodeWhatSlicingFinds(byte[] input) {
    check(input);
  }

  @RepeatedTest(200)
  void shouldDecodeRandomStreams() {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed " + seed);
    check(stream(new SplittableRandom(seed)));
  }

  @Test
  void shouldNoticeADecoderThatIsWrong() {
    ByteBuffer stream =
        ByteBuffer.wrap(new Message(MessageType.READ, 1, 0, new byte[20]).toBytes());

    assertThat(decoded(new MessageDecoder(19), stream.duplicate(), 5))
        .isNotEqualTo(sliced(stream.duplicate(), false));
  }

  /** The first byte says how the rest is cut, a second decoder has the client's bounds. */
  private static void check(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int chunk = 1 + (input[0] & 0x3f);
    ByteBuffer stream = ByteBuffer.wrap(input, 1, input.length - 1).slice();
    for (boolean isClient : new boolean[] {false, true}) {
      assertThat(decoded(decoder(isClient), stream.duplicate(), chunk))
          .isEqualTo(sliced(stream.duplicate(), isClient));
    }
  }

  private static MessageDecoder decoder(boolean isClient) {
    return isClient
        ? new MessageDecoder(type -> bound(type, true))
        : new MessageDecoder(Message.MAX_PAYLOAD);
  }

  private static int bound(int type, boolean isClient) {
    return isClient && type == MessageType.DIRECTORY.code()
        ? CLIENT_BOUND_OF_LISTS
        : Message.MAX_PAYLOAD;
  }

  private static List<String> decoded(MessageDecoder decoder, ByteBuffer stream, int chunk) {
    List<String> seen = new ArrayList<>();
    try {
      while (stream.hasRemaining()) {
        ByteBuffer part = stream.slice(stream.position(), Math.min(chunk, stream.remaining()));
        stream.position(stream.position() + part.remaining());
        for (Message message = decoder.next(part); message != null; message = decoder.next(part)) {
          seen.add(text(message.type(), message.requestId(), message.transactionId()));
          seen.add(Texts.text(message.payload()));
        }
      }
      seen.add(decoder.isMidMessage() ? "incomplete" : "complete");
    } catch (OversizedMessageException tooLong) {
      seen.add("too long: " + tooLong.length());
    }
    return seen;
  }

  private static List<String> sliced(ByteBuffer stream, boolean isClient) {
    List<String> seen = new ArrayList<>();
    stream.order(ByteOrder.LITTLE_ENDIAN);
    while (stream.remaining() >= 16) {
      int at = stream.position();
      long length = stream.getInt(at + 12) & 0xffffffffL;
      if (length > bound(stream.getInt(at), isClient)) {
        seen.add("too long: " + length);
        return seen;
      }
      if (stream.remaining() - 16 < length) {
        break;
      }
      seen.add(text(stream.getInt(at), stream.getInt(at + 4), stream.getInt(at + 8)));
      byte[] payload = new byte[(int) length];
      stream.get(at + 16, payload);
      seen.add(Texts.text(payload));
      stream.position(at + 16 + payload.length);
    }
    seen.add(stream.hasRemaining() ? "incomplete" : "complete");
    return seen;
  }

  private static String text(int type, int requestId, int transactionId) {
    return type + "/" + requestId + "/" + transactionId;
  }

  /** Mostly messages, now and then something that is none. */
  private static byte[] stream(SplittableRandom random) {
    ByteBuffer stream = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    stream.put((byte) random.nextInt());
    for (int i = random.nextInt(8); i > 0; i--) {
      byte[] payload = new byte[random.nextInt(random.nextInt(1, 4200))];
      random.nextBytes(payload);
      int length = random.nextInt(20) == 0 ? random.nextInt() : payload.length;
      stream.putInt(random.nextInt(30)).putInt(random.nextInt()).putInt(0).putInt(length);
      stream.put(payload);
    }
    byte[] rest = new byte[random.nextInt(40)];
    random.nextBytes(rest);
    stream.put(rest);
    byte[] bytes = new byte[stream.position()];
    stream.get(0, bytes);
    return bytes;
  }
}
