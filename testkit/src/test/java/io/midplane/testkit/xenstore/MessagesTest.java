package io.midplane.testkit.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages and how they follow each other on a connection. */
@Tag("peer")
class MessagesTest extends XenStoreSpec {
  private static final int NO_SUCH_TYPE = 65535;

  @Test
  @DisplayName("XS8: replies have the bytes that the protocol's document shows")
  void shouldSendTheDocumentedBytes() {
    root.ask("WRITE /t/x|hello");

    root.send(HexFormat.of().parseHex("02000000070000000000000005000000" + "2f742f7800"));
    assertThat(HexFormat.of().formatHex(root.reply().encode()))
        .isEqualTo("02000000070000000000000005000000" + "68656c6c6f");

    root.send(Frame.of(Request.READ.code(), 7, 0, "/t/none|"));
    assertThat(HexFormat.of().formatHex(root.reply().encode()))
        .isEqualTo("10000000070000000000000007000000" + "454e4f454e5400");

    root.send(Frame.of(Request.WRITE.code(), 0xdeadbeef, 0, "/t/x|v"));
    assertThat(HexFormat.of().formatHex(root.reply().encode()))
        .isEqualTo("0b000000efbeadde0000000003000000" + "4f4b00");

    root.ask("WATCH /t|token|");
    assertThat(HexFormat.of().formatHex(event().encode()))
        .isEqualTo("0f000000000000000000000009000000" + "2f7400746f6b656e00");
  }

  private Frame event() {
    root.send(Frame.of(Request.WRITE.code(), 1, 0, "/t/x|w"));
    Frame first = root.receive();
    while (first.type() != Request.WATCH_EVENT.code() || !first.text().equals("/t|token|")) {
      first = root.receive();
    }
    return first;
  }

  @Test
  @DisplayName("XS4: a request may come byte by byte")
  void shouldTakeARequestByteByByte() {
    for (byte b : Frame.of(Request.WRITE.code(), 1, 0, "/a|value").encode()) {
      root.send(new byte[] {b});
    }

    assertThat(root.reply().text()).isEqualTo("OK|");
    expect("READ /a|", "value");
  }

  @Test
  @DisplayName("XS4: 200 requests in one write are answered in order")
  void shouldAnswerManyRequestsOfOneWriteInOrder() {
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < 200; i++) {
      bytes.writeBytes(Frame.of(Request.WRITE.code(), i, 0, "/n/" + i + "|" + i).encode());
      bytes.writeBytes(Frame.of(Request.READ.code(), i, 0, "/n/" + i + "|").encode());
    }

    root.send(bytes.toByteArray());

    for (int i = 0; i < 200; i++) {
      assertThat(root.reply()).hasToString("11/" + i + "/0 OK|");
      assertThat(root.reply()).hasToString("2/" + i + "/0 " + i);
    }
  }

  @Test
  @DisplayName("XS4: half a request on one connection does not disturb another")
  void shouldServeOthersWhileARequestIsIncomplete() {
    try (RawConnection half = store.connect()) {
      byte[] request = Frame.of(Request.WRITE.code(), 1, 0, "/half|x").encode();
      half.send(Arrays.copyOf(request, 20));

      expect("WRITE /a|1", "OK|");
      expect("READ /half|", "!ENOENT");

      half.send(Arrays.copyOfRange(request, 20, request.length));
      assertThat(half.reply().text()).isEqualTo("OK|");
    }
  }

  @Test
  @DisplayName("XS5: a length over 4096 closes that connection only")
  void shouldCloseAConnectionThatAnnouncesTooMuch() {
    for (int length : new int[] {4097, Integer.MAX_VALUE, -1}) {
      try (RawConnection bad = store.connect()) {
        bad.send(header(Request.READ.code(), length));

        // The OCaml daemon neither answers nor closes.
        assertThat(isOcaml() ? bad.isSilent() : bad.isClosedByServer()).isTrue();
        expect("GET_DOMAIN_PATH 1|", "/local/domain/1|");
      }
    }
  }

  private static byte[] header(int type, int length) {
    return ByteBuffer.allocate(Frame.HEADER)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(type)
        .putInt(1)
        .putInt(0)
        .putInt(length)
        .array();
  }

  @Test
  @DisplayName("XS5: a payload of 4096 bytes is taken")
  void shouldTakeTheLongestPayload() {
    String value = "v".repeat(isOcaml() ? 2048 : 4096 - "/big|".length());

    expect("WRITE /big|" + value, "OK|");

    expect("READ /big|", value);
  }

  @Test
  @DisplayName("XS6: what is no request is answered with ENOSYS, and the connection lives")
  void shouldRefuseUnknownTypes() {
    int[] none = {Request.WATCH_EVENT.code(), Request.ERROR.code(), 20, 27, 128, NO_SUCH_TYPE, -1};

    assertThat(IntStream.of(none).mapToObj(type -> root.ask(type, 0, "/|")))
        .containsOnly("!ENOSYS");
    expect("GET_DOMAIN_PATH 1|", "/local/domain/1|");
  }

  @Test
  @DisplayName("XS7: a message without payload is answered at once")
  void shouldAnswerAMessageWithoutPayload() {
    expect("WATCH /a|t|", "OK|");
    root.events();

    if (isOcaml()) {
      // It looks at such a message when more bytes come.
      root.send(Request.RESET_WATCHES.code(), 0, "");
      assertThat(root.isSilent()).isTrue();
      root.send(new byte[] {1});
      assertThat(root.reply().text()).isEqualTo("OK|");
    } else {
      expect("RESET_WATCHES ", "OK|");
      expect("WRITE /a|x", "OK|");
      expectEvents(root);
    }
  }

  @Test
  @DisplayName("XS8: ids are echoed, the same one twice and 0 too")
  void shouldEchoIds() {
    for (int id : new int[] {5, 5, 0, -1}) {
      root.send(Frame.of(Request.READ.code(), id, 0, "/tool|"));
      assertThat(root.reply().requestId()).isEqualTo(id);
    }
    root.send(Frame.of(Request.READ.code(), 9, 77, "/tool|"));

    Frame refused = root.reply();

    assertThat(refused).hasToString("16/9/77 " + here("ENOENT|", ocaml("EIO|")));
  }

  @Test
  @DisplayName("XS39: what was written before a connection closed is applied")
  void shouldApplyAWriteThatACloseFollows() {
    try (RawConnection other = store.connect()) {
      other.send(Request.WRITE.code(), 0, "/last|x");
    }

    // The C daemon throws unread requests away when the connection is gone.
    if (kind != XenStoreKind.C) {
      Awaitility.await().until(() -> root.ask("READ /last|").equals("x"));
    }
    expect("GET_DOMAIN_PATH 1|", "/local/domain/1|");
  }
}
