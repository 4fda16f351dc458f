package io.midplane.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Texts;
import io.midplane.xenstore.wire.UnixSocketTransport;
import io.midplane.xenstore.wire.XenStoreException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest extends AgainstFakeServer {

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  /** A store whose next request has that id. */
  private XenStore storeWithNextId(int id) {
    var settings = settings().socket(server.socket);
    return XenStore.over(
        new Connection(settings, () -> UnixSocketTransport.connect(server.socket), id - 1),
        new io.midplane.calls.BlockingGate(new io.midplane.calls.CallGraph()));
  }

  @Test
  @DisplayName("XC1: headers are little-endian, byte for byte")
  void shouldEncodeTheGoldenBytes() throws Exception {
    try (XenStore seventh = storeWithNextId(7);
        FakeServer.Link other = server.accept()) {
      var value = calling(() -> seventh.readText("/t/x"));

      Message request = other.take();
      assertThat(request.toBytes())
          .isEqualTo(hex("02000000 07000000 00000000 05000000 2f742f7800"));
      other.send(hex("02000000 07000000 00000000 05000000 68656c6c6f"));
      assertThat(value.join()).isEqualTo("hello");
    }
    try (XenStore store = storeWithNextId(0xdeadbeef);
        FakeServer.Link other = server.accept()) {
      var done = store.writeAsync("/t/x", "v").toCompletableFuture();
      assertThat(other.take().requestId()).isEqualTo(0xdeadbeef);
      other.send(hex("0b000000 efbeadde 00000000 03000000 4f4b00"));
      done.join();
    }
    try (XenStore seventh = storeWithNextId(7);
        FakeServer.Link other = server.accept()) {
      var value = seventh.readAsync("/t/x").toCompletableFuture();
      other.take();
      other.send(hex("10000000 07000000 00000000 07000000 454e4f454e5400"));
      assertThatThrownBy(value::join).cause().hasMessageContaining("ENOENT");
    }
  }

  @Test
  @DisplayName("XC2: an answer may be split at every byte")
  void shouldTakeAnswersSplitAnywhere() {
    int length = FakeServer.bytes(2, 1, 0, "value").length;
    for (int split = 1; split < length; split++) {
      var value = calling(() -> store.readText("/a"));
      Message request = link.take();
      byte[] answer = FakeServer.bytes(2, request.requestId(), 0, "value");
      link.send(java.util.Arrays.copyOf(answer, split));
      link.send(java.util.Arrays.copyOfRange(answer, split, length));
      assertThat(value.join()).as("split at %s", split).isEqualTo("value");
    }
    var value = calling(() -> store.readText("/a"));
    for (byte one : FakeServer.bytes(2, link.take().requestId(), 0, "value")) {
      link.send(new byte[] {one});
    }
    assertThat(value.join()).isEqualTo("value");
  }

  @Test
  @DisplayName("XC3: many answers may come in one read")
  void shouldTakeManyAnswersAtOnce() {
    List<CompletableFuture<String>> values = new ArrayList<>();
    var answers = new ByteArrayOutputStream();
    for (int i = 0; i < 200; i++) {
      values.add(store.readTextAsync("/n" + i).toCompletableFuture());
      Message request = link.take();
      answers.writeBytes(FakeServer.bytes(2, request.requestId(), 0, "v" + i));
    }

    link.send(answers.toByteArray());

    for (int i = 0; i < 200; i++) {
      assertThat(values.get(i).join()).isEqualTo("v" + i);
    }
  }

  @Test
  @DisplayName("XC4: a payload over 4096 bytes is refused, the connection lives on")
  void shouldRefuseWhatIsTooLong() {
    assertThatThrownBy(() -> store.write("/a", new byte[4094]))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED))
        .hasMessageContaining("4097 bytes (expected: at most 4096");

    var done =
        calling(() -> {
          store.write("/a", new byte[4093]);
          return true;
        });
    Message request = link.take();
    assertThat(request.payload()).hasSize(4096);
    link.answer(request, "OK\0");
    assertThat(done.join()).isTrue();
  }

  @Test
  @DisplayName("XC5: a list longer than a message is taken up to a bound")
  void shouldTakeAnOversizedList() {
    var names = calling(() -> store.list("/big"));
    String payload = "abcdefghi\0".repeat(630);
    link.answer(link.take(), payload);
    assertThat(names.join()).hasSize(630);
  }

  @Test
  @DisplayName("XC5: a list over that bound fails every open call")
  void shouldFailAtAListOverItsBound() throws Exception {
    try (XenStore narrow =
            XenStore.connect(settings().socket(server.socket).maxDirectoryBytes(5000));
        FakeServer.Link other = server.accept()) {
      var value = narrow.readAsync("/a").toCompletableFuture();
      other.take();
      var names = calling(() -> narrow.list("/big"));
      other.answer(other.take(), "x".repeat(5000));
      assertThat(names.join()).hasSize(1);

      var more = calling(() -> narrow.list("/big"));
      other.answer(other.take(), "x".repeat(5001));

      for (var call : List.of(value, more)) {
        assertThatThrownBy(call::join)
            .cause()
            .isInstanceOfSatisfying(
                MidplaneException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_VIOLATION))
            .hasMessageContaining("5001");
      }
    }
  }

  @Test
  @DisplayName("XC5: any other answer over 4096 bytes fails every open call")
  void shouldFailEveryCallAtAnOversizedAnswer() {
    var first = store.readAsync("/a").toCompletableFuture();
    var second = store.readAsync("/b").toCompletableFuture();
    Message request = link.take();

    link.send(FakeServer.bytes(2, request.requestId(), 0, "x".repeat(4097)));

    for (var call : List.of(first, second)) {
      assertThatThrownBy(call::join)
          .cause()
          .isInstanceOfSatisfying(
              MidplaneException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_VIOLATION))
          .hasMessageContaining("4097");
    }
  }

  @Test
  @DisplayName("XC6: ids are unique among open requests, also when the numbers wrap")
  void shouldUseEachIdOnceWhenTheNumbersWrap() throws Exception {
    try (XenStore late = storeWithNextId(-3);
        FakeServer.Link other = server.accept()) {
      List<CompletableFuture<String>> values = new ArrayList<>();
      Set<Integer> ids = new HashSet<>();
      for (int i = 0; i < 20; i++) {
        values.add(late.readTextAsync("/n").toCompletableFuture());
        Message request = other.take();
        assertThat(ids.add(request.requestId())).isTrue();
      }
      assertThat(ids).contains(-3, -2, 1, 2).doesNotContain(0);
      ids.forEach(id -> other.send(FakeServer.bytes(2, id, 0, "v")));
      values.forEach(value -> assertThat(value.join()).isEqualTo("v"));
    }
  }

  @Test
  @DisplayName("XC7: concurrent callers get their own answers, whatever their order")
  void shouldMatchAnswersInAnyOrder() {
    List<CompletableFuture<String>> values = new ArrayList<>();
    List<Message> requests = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String path = "/n" + i;
      values.add(
          i % 2 == 0
              ? calling(() -> store.readText(path))
              : store.readTextAsync(path).toCompletableFuture());
    }
    for (int i = 0; i < 30; i++) {
      requests.add(link.take());
    }
    Collections.shuffle(requests, new Random(7));

    requests.forEach(request -> link.answer(request, "of " + Texts.first(request.payload())));

    for (int i = 0; i < 30; i++) {
      assertThat(values.get(i).join()).isEqualTo("of /n" + i);
    }
  }

  @Test
  @DisplayName("XC8: an answer to no request is counted, nothing hangs")
  void shouldCountAnswersToNothing() {
    var value = store.readTextAsync("/a").toCompletableFuture();
    Message request = link.take();
    link.send(FakeServer.bytes(2, request.requestId() + 1000, 0, "stray"));
    link.answer(request, "mine");

    assertThat(value.join()).isEqualTo("mine");
    assertThat(store.statistics().unmatchedAnswers()).isEqualTo(1);
  }

  @Test
  @DisplayName("XC27: the names of errors are kept, also those in no table")
  void shouldKeepTheNamesOfErrors() {
    for (String name : List.of("EQUOTA", "ENOENT", "EWHATEVER")) {
      var value = calling(() -> store.readText("/a"));
      link.refuse(link.take(), name);
      assertThatThrownBy(value::join)
          .cause()
          .isInstanceOfSatisfying(
              XenStoreException.class, e -> assertThat(e.errorName().text()).isEqualTo(name));
    }
  }

  @Test
  @DisplayName("XC40: a request that needs no payload has one NUL; ENOSYS is understood")
  void shouldSendAtLeastOneByte() {
    var features = calling(() -> store.control().features());
    Message request = link.take();
    assertThat(request.type()).isEqualTo(MessageType.GET_FEATURE.code());
    assertThat(request.payload()).containsExactly(0);
    link.refuse(request, "ENOSYS");
    assertThat(features.join()).isZero();

    var begun = store.beginAsync().toCompletableFuture();
    request = link.take();
    assertThat(request.payload()).containsExactly(0);
    link.answer(request, "1\0");
    assertThat(begun.join().id().number()).isEqualTo(1);

    var reset = store.control().resetWatchesAsync().toCompletableFuture();
    request = link.take();
    assertThat(request.type()).isEqualTo(MessageType.RESET_WATCHES.code());
    assertThat(request.payload()).containsExactly(0);
    link.answer(request, "OK\0");
    reset.join();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  @DisplayName("XC48: random bytes from the server never hang a caller")
  void shouldSurviveRandomBytes(long seed) {
    var random = new Random(seed);
    var sync = calling(() -> store.read("/a"));
    var async = store.readAsync("/b").toCompletableFuture();
    link.take();
    link.take();
    byte[] noise = new byte[20_000];
    random.nextBytes(noise);

    link.send(noise);
    link.close();

    for (CompletableFuture<?> call : List.of(sync, async)) {
      assertThatThrownBy(call::join)
          .as("seed %s", seed)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(MidplaneException.class);
    }
    await().until(() -> store.statistics().openRequests() == 0);
  }
}
