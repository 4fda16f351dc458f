package io.midplane.xenstore.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  @DisplayName("XC1: the header is little-endian, byte for byte as the daemons have it")
  void shouldEncodeTheGoldenBytes() {
    assertThat(HEX.formatHex(new Message(MessageType.READ, 7, 0, Texts.join("/t/x")).toBytes()))
        .isEqualTo("02000000070000000000000005000000" + "2f742f7800");
    assertThat(
            HEX.formatHex(
                new Message(MessageType.WRITE, 0xdeadbeef, 0, Texts.join("OK")).toBytes()))
        .isEqualTo("0b000000efbeadde0000000003000000" + "4f4b00");
    assertThat(HEX.formatHex(new Message(MessageType.ERROR, 7, 0, Texts.join("ENOENT")).toBytes()))
        .isEqualTo("10000000070000000000000007000000" + "454e4f454e5400");
    assertThat(
            HEX.formatHex(
                new Message(MessageType.WATCH_EVENT, 0, 0, Texts.join("/a", "t")).toBytes()))
        .isEqualTo("0f000000000000000000000005000000" + "2f61007400");
  }

  @Test
  @DisplayName("XC1: a reply is decoded as it was sent")
  void shouldDecodeTheGoldenBytes() {
    byte[] bytes = HEX.parseHex("0200000007000000000000000500000068656c6c6f");

    Message message = new MessageDecoder(4096).next(ByteBuffer.wrap(bytes));

    assertThat(message).isEqualTo(new Message(MessageType.READ, 7, 0, Texts.bytes("hello")));
  }

  @Test
  @DisplayName("XC2: messages may be cut at any byte")
  void shouldDecodeOneByteAtATime() {
    byte[] stream = stream();
    MessageDecoder decoder = new MessageDecoder(4096);
    List<Message> messages = new ArrayList<>();

    for (byte value : stream) {
      Message message = decoder.next(ByteBuffer.wrap(new byte[] {value}));
      if (message != null) {
        messages.add(message);
      }
    }

    assertThat(messages).isEqualTo(expected());
    assertThat(decoder.isMidMessage()).isFalse();
  }

  @Test
  @DisplayName("XC2: two pieces, cut at every position")
  void shouldDecodeTwoPieces() {
    byte[] stream = stream();
    for (int cut = 0; cut <= stream.length; cut++) {
      MessageDecoder decoder = new MessageDecoder(4096);
      List<Message> messages = new ArrayList<>();
      drain(decoder, ByteBuffer.wrap(stream, 0, cut), messages);
      drain(decoder, ByteBuffer.wrap(stream, cut, stream.length - cut), messages);
      assertThat(messages).as("cut at %d", cut).isEqualTo(expected());
    }
  }

  @Test
  @DisplayName("XC3: many messages in one read")
  void shouldDecodeManyAtOnce() {
    List<Message> messages = new ArrayList<>();

    drain(new MessageDecoder(4096), ByteBuffer.wrap(stream()), messages);

    assertThat(messages).isEqualTo(expected());
  }

  @ParameterizedTest
  @ValueSource(ints = {4097, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
  void shouldRefuseALengthOverTheBound(int length) {
    ByteBuffer header = ByteBuffer.allocate(16);
    Message.writeHeader(header, 2, 9, 0, length);

    assertThatThrownBy(() -> new MessageDecoder(4096).next(header.flip()))
        .isInstanceOfSatisfying(
            OversizedMessageException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_VIOLATION);
              assertThat(e.length()).isEqualTo(Integer.toUnsignedLong(length));
              assertThat(e.requestId()).isEqualTo(9);
            });
  }

  @Test
  void shouldAskForTheBoundOfTheType() {
    MessageDecoder decoder = new MessageDecoder(type -> type == 1 ? 8192 : 4096);
    Message list = new Message(MessageType.DIRECTORY, 1, 0, new byte[6300]);

    assertThat(decoder.next(ByteBuffer.wrap(list.toBytes()))).isEqualTo(list);
  }

  @Test
  void shouldSplitAndJoinTexts() {
    assertThat(Texts.split(Texts.join("a", "", "b"))).containsExactly("a", "", "b");
    assertThat(Texts.split(Texts.bytes("a"))).containsExactly("a");
    assertThat(Texts.split(new byte[0])).isEmpty();
    byte[] all = new byte[256];
    for (int at = 0; at < 256; at++) {
      all[at] = (byte) at;
    }
    assertThat(Texts.bytes(Texts.text(all))).isEqualTo(all);
  }

  @Test
  void shouldKnowTheTypes() {
    for (MessageType type : MessageType.values()) {
      assertThat(MessageType.of(type.code())).isSameAs(type);
    }
    assertThat(MessageType.of(20)).isNull();
    assertThat(MessageType.of(27)).isNull();
    assertThat(MessageType.of(-1)).isNull();
  }

  @Test
  @DisplayName("XC19: permissions are read and written, anything else is refused by name")
  void shouldParsePermissions() {
    assertThat(Permission.parse("b0")).isEqualTo(Permission.of(Permission.Right.BOTH, 0));
    assertThat(Permission.parse("n65535")).hasToString("n65535");
    for (String wrong :
        new String[] {"", "b", "x0", "b0x1", "r-1", "0", "r 1", "r123456", "b0\n"}) {
      assertThatThrownBy(() -> Permission.parse(wrong))
          .as(wrong)
          .isInstanceOfSatisfying(
              MidplaneException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
          .hasMessageStartingWith("permission: ");
    }
  }

  @Test
  @DisplayName("XC18: each rule for paths has a message of its own")
  void shouldNameTheRuleAPathBreaks() {
    assertThat(StorePath.problem("/")).isNull();
    assertThat(StorePath.problem("/local/domain/0/na-me_@")).isNull();
    assertThat(StorePath.problem("relative/x")).isNull();
    assertThat(StorePath.problem("")).contains("empty");
    assertThat(StorePath.problem("/a//b")).contains("//");
    assertThat(StorePath.problem("/a/")).contains("ends with /");
    assertThat(StorePath.problem("/a b")).contains("0x20 at 2");
    assertThat(StorePath.problem("/ä")).contains("0xe4");
    assertThat(StorePath.problem("/a\n")).contains("newline");
    assertThat(StorePath.problem("/" + "a".repeat(3071))).isNull();
    assertThat(StorePath.problem("/" + "a".repeat(3072))).contains("3073 characters");
    assertThat(StorePath.problem("a".repeat(2048))).isNull();
    assertThat(StorePath.problem("a".repeat(2049))).contains("up to 2048");
    assertThatThrownBy(() -> StorePath.check("@introduceDomain")).hasMessageContaining("special");
    assertThat(StorePath.checkWatched("@introduceDomain")).isEqualTo("@introduceDomain");
  }

  @Test
  @DisplayName("XC27: error names are kept, known and unknown ones")
  void shouldKeepErrorNames() {
    assertThat(ErrorName.ENOENT.number()).hasValue(2);
    assertThat(ErrorName.EQUOTA.number()).isEmpty();
    XenStoreException unknown = new XenStoreException(new ErrorName("EFUNNY"), "read /a");
    assertThat(unknown.errorName()).hasToString("EFUNNY");
    assertThat(new XenStoreException(ErrorName.EAGAIN, "x").code()).isEqualTo(ErrorCode.BUSY);
  }

  private static void drain(MessageDecoder decoder, ByteBuffer in, List<Message> messages) {
    for (Message next = decoder.next(in); next != null; next = decoder.next(in)) {
      messages.add(next);
    }
    assertThat(in.hasRemaining()).isFalse();
  }

  private static List<Message> expected() {
    byte[] large = new byte[4096];
    new Random(7).nextBytes(large);
    return List.of(
        new Message(MessageType.RESET_WATCHES, 1, 0, new byte[0]),
        new Message(MessageType.READ, -1, 5, Texts.join("/a")),
        new Message(65535, 0, 0, new byte[] {0}),
        new Message(MessageType.WRITE, 2, 0, large));
  }

  private static byte[] stream() {
    ByteBuffer stream = ByteBuffer.allocate(8192);
    expected().forEach(message -> message.writeTo(stream));
    byte[] bytes = new byte[stream.flip().remaining()];
    stream.get(bytes);
    return bytes;
  }
}
