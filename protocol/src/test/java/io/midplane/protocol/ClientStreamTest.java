package io.midplane.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.FakeNode.Received;
import io.midplane.protocol.northbound.v1.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ClientStreamTest {
  @TempDir Path folder;

  private MidplaneClient connect(FakeNode node, int credits) {
    return MidplaneClient.connect(ClientSettings.defaults().socket(node.socket()).credits(credits));
  }

  @Test
  void shouldWalkARowAtATime() throws Exception {
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  Received walk = peer.expect(FakeNode.REQUEST);
                  assertThat(walk.request().getWalk().getTable()).isEqualTo("vlan");
                  peer.rows(walk.id(), true, Row.of("id", 1), Row.of("id", 2));
                  peer.rows(walk.id(), false, Row.of("id", 3));
                  peer.end(walk.id());
                  peer.expectEnd();
                });
        var client = node.connect()) {
      var statuses = new ArrayList<RowStatus>();
      var ids = new ArrayList<Long>();
      try (Rows rows = client.configuration().walk("vlan")) {
        for (Row row : rows) {
          ids.add(row.integer("id"));
          statuses.add(rows.status());
        }
      }
      client.close();

      assertThat(ids).containsExactly(1L, 2L, 3L);
      assertThat(statuses).containsExactly(RowStatus.MORE, RowStatus.MORE, RowStatus.SUCCESS);
      node.awaitPlayed();
    }
  }

  @Test
  @DisplayName("F7: the node never has more rows under way than were granted")
  void shouldGrantCreditsAsRowsAreConsumed() throws Exception {
    int window = 10;
    int count = 1000;
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  Received walk = peer.expect(FakeNode.REQUEST);
                  int granted = walk.request().getCredits();
                  assertThat(granted).isEqualTo(window);
                  for (int sent = 0; sent < count; ) {
                    while (sent == granted) {
                      granted += peer.expect(FakeNode.CREDIT).credits();
                    }
                    peer.rows(walk.id(), true, Row.of("id", sent));
                    sent++;
                    assertThat(granted - sent).isLessThan(window);
                  }
                  peer.end(walk.id());
                });
        var client = connect(node, window)) {
      var ids = new ArrayList<Long>();
      client.configuration().walk("vlan").forEach(row -> ids.add(row.integer("id")));

      assertThat(ids).hasSize(count).startsWith(0L, 1L).isSorted();
      node.awaitPlayed();
    }
  }

  @Test
  @DisplayName("F7: stopping early tells the node, and what is under way harms nobody")
  void shouldCancelWhenClosedEarly() throws Exception {
    var closed = new CountDownLatch(1);
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  Received walk = peer.expect(FakeNode.REQUEST);
                  for (int i = 0; i < 9; i++) {
                    peer.rows(walk.id(), true, Row.of("id", i));
                  }
                  // Four of ten consumed: no credit came, the cancellation is next.
                  assertThat(peer.expect(FakeNode.CANCEL).id()).isEqualTo(walk.id());
                  closed.await();
                  peer.rows(walk.id(), true, Row.of("id", 9));
                  peer.error(walk.id(), "CANCELLED", "cancelled");
                  FakeNode.echoGets(peer);
                });
        var client = connect(node, 10)) {
      try (Rows rows = client.configuration().walk("vlan")) {
        var iterator = rows.iterator();
        for (int i = 0; i < 4; i++) {
          assertThat(iterator.next().integer("id")).isEqualTo(i);
        }
      }
      closed.countDown();

      assertThat(client.configuration().get("vlan", "x").text("key")).isEqualTo("x");
      client.close();
      node.awaitPlayed();
    }
  }

  @Test
  void shouldRefuseToReadOnAfterClose() throws Exception {
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  peer.expect(FakeNode.REQUEST);
                  peer.expect(FakeNode.CANCEL);
                  peer.expectEnd();
                });
        var client = node.connect()) {
      Rows rows = client.configuration().walk("vlan");
      rows.close();
      rows.close();

      failsWith(ErrorCode.CLOSED, () -> rows.iterator().hasNext());
      client.close();
      node.awaitPlayed();
    }
  }

  @Test
  void shouldWakeAConsumerWhenAnotherThreadCloses() throws Exception {
    var asked = new CountDownLatch(1);
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  peer.expect(FakeNode.REQUEST);
                  asked.countDown();
                  peer.expect(FakeNode.CANCEL);
                  peer.expectEnd();
                });
        var client = node.connect()) {
      Rows rows = client.configuration().walk("vlan");
      var outcome = new CompletableFuture<Boolean>();
      Thread.startVirtualThread(() -> {
        try {
          outcome.complete(rows.iterator().hasNext());
        } catch (MidplaneException e) {
          outcome.completeExceptionally(e);
        }
      });
      asked.await();
      rows.close();

      assertThatThrownBy(() -> outcome.get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("walk vlan: the stream was closed");
      client.close();
      node.awaitPlayed();
    }
  }

  @Test
  void shouldHandOutRowsBeforeTheFailureThatFollowsThem() throws Exception {
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  long walk = peer.expect(FakeNode.REQUEST).id();
                  peer.rows(walk, true, Row.of("id", 1));
                  peer.error(walk, "AGENT_REFUSED", "no more today");
                });
        var client = node.connect()) {
      var iterator = client.configuration().walk("vlan").iterator();

      assertThat(iterator.next()).isEqualTo(Row.of("id", 1));
      failsWith(ErrorCode.AGENT_REFUSED, iterator::hasNext).withMessage("no more today");
      failsWith(ErrorCode.AGENT_REFUSED, iterator::next).withMessage("no more today");
      node.awaitPlayed();
    }
  }

  @Test
  void shouldSayThatAnEmptyWalkSucceeded() throws Exception {
    try (var node =
            FakeNode.greeting(folder, peer -> peer.end(peer.expect(FakeNode.REQUEST).id()));
        var client = node.connect()) {
      Rows rows = client.configuration().walk("vlan");

      assertThat(rows).isEmpty();
      assertThat(rows.status()).isEqualTo(RowStatus.SUCCESS);
      assertThatThrownBy(() -> rows.iterator().next()).isInstanceOf(NoSuchElementException.class);
      node.awaitPlayed();
    }
  }

  @Test
  void shouldSendTheOptionsOfAWalk() throws Exception {
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  Received first = peer.expect(FakeNode.REQUEST);
                  var walk = first.request().getWalk();
                  assertThat(walk.getMax()).isEqualTo(5);
                  assertThat(walk.getVr()).isEqualTo("VR-Mgmt");
                  assertThat(walk.getAfter().getValues().getItems(0).getText()).isEqualTo("blue");
                  peer.end(first.id());
                  Received second = peer.expect(FakeNode.REQUEST);
                  walk = second.request().getWalk();
                  assertThat(walk.hasVr()).isFalse();
                  assertThat(ValueCodec.fromProto(walk.getAfter().getColumns()))
                      .isEqualTo(Row.of("name", "red"));
                  peer.end(second.id());
                });
        var client = node.connect()) {
      var configuration = client.configuration();
      var options = WalkOptions.all().after("blue").max(5);

      assertThat(configuration.inVr("VR-Mgmt").walk("vlan", options)).isEmpty();
      assertThat(configuration.walk("vlan", WalkOptions.all().after(Row.of("name", "red"))))
          .isEmpty();
      failsWith(ErrorCode.INVALID_ARGUMENT, () -> WalkOptions.all().max(-1))
          .withMessage("max: -1 (expected: at least 0)");
      node.awaitPlayed();
    }
  }

  @Test
  void shouldTakeRowsOnAVirtualThread() throws Exception {
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  long walk = peer.expect(FakeNode.REQUEST).id();
                  peer.rows(walk, true, Row.of("id", 1), Row.of("id", 2));
                  peer.end(walk);
                });
        var client = node.connect()) {
      var seen = new ArrayList<Row>();
      var onVirtual = new ArrayList<Boolean>();
      client
          .configuration()
          .walk("vlan")
          .forEachAsync(row -> {
            seen.add(row);
            onVirtual.add(Thread.currentThread().isVirtual());
          })
          .toCompletableFuture()
          .get(20, TimeUnit.SECONDS);

      assertThat(seen).containsExactly(Row.of("id", 1), Row.of("id", 2));
      assertThat(onVirtual).containsOnly(true);
      node.awaitPlayed();
    }
  }

  @Test
  void shouldEndAnAsynchronousWalkWhenItsStageIsCancelled() throws Exception {
    var first = new CountDownLatch(1);
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  long walk = peer.expect(FakeNode.REQUEST).id();
                  peer.rows(walk, true, Row.of("id", 1));
                  peer.expect(FakeNode.CANCEL);
                });
        var client = node.connect()) {
      var walk = client.configuration().walk("vlan").forEachAsync(row -> first.countDown());
      first.await();
      walk.toCompletableFuture().cancel(false);

      node.awaitPlayed();
    }
  }

  @Test
  void shouldCloseAJavaStream() throws Exception {
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  long walk = peer.expect(FakeNode.REQUEST).id();
                  peer.rows(walk, true, Row.of("id", 1), Row.of("id", 2));
                  peer.expect(FakeNode.CANCEL);
                });
        var client = node.connect();
        var stream = client.configuration().walk("vlan").stream()) {
      assertThat(stream.map(row -> row.integer("id")).findFirst()).contains(1L);
      stream.close();

      node.awaitPlayed();
    }
  }

  @Test
  void shouldTimeOutWhenTheNextBatchDoesNotCome() throws Exception {
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  Received walk = peer.expect(FakeNode.REQUEST);
                  assertThat(walk.request().getTimeoutMillis()).isEqualTo(50);
                  peer.rows(walk.id(), true, Row.of("id", 1));
                  peer.expect(FakeNode.CANCEL);
                });
        var client = node.connect()) {
      var rows = client.configuration().withTimeout(Duration.ofMillis(50)).walk("vlan").iterator();

      assertThat(rows.next()).isEqualTo(Row.of("id", 1));
      failsWith(ErrorCode.TIMED_OUT, rows::hasNext)
          .withMessageStartingWith("walk vlan: no answer from node at ")
          .withMessageContaining(" within 50 ms; ");
      node.awaitPlayed();
    }
  }

  @Test
  void shouldWatchEvents() throws Exception {
    Instant time = Instant.parse("2026-01-02T03:04:05.678901Z");
    var event =
        Event.newBuilder()
            .setId("cm.vlan.set")
            .setData(ValueCodec.toProto(Row.of("id", 7)))
            .setPublisher("vlan")
            .setSequence(3)
            .setTimeMicros(ValueCodec.micros(time))
            .build();
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  Received watch = peer.expect(FakeNode.REQUEST);
                  assertThat(watch.request().getWatch().getPrefix()).isEqualTo("cm");
                  assertThat(watch.request().getTimeoutMillis()).isZero();
                  peer.send(FakeNode.OPENED, watch.id());
                  peer.event(watch.id(), event, 0);
                  peer.event(watch.id(), event.toBuilder().setSequence(9).build(), 5);
                  peer.expect(FakeNode.CANCEL);
                });
        var client = node.connect()) {
      try (var events = client.watchAsync("cm").toCompletableFuture().get(20, TimeUnit.SECONDS)) {
        assertThat(events.iterator().next())
            .isEqualTo(new RemoteEvent("cm.vlan.set", Row.of("id", 7), "vlan", 3, time));
        assertThat(events.dropped()).isZero();
        assertThat(events.iterator().next().sequence()).isEqualTo(9);
        assertThat(events.dropped()).isEqualTo(5);
      }
      node.awaitPlayed();
    }
  }

  @Test
  void shouldPutTextTogether() throws Exception {
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  Received show = peer.expect(FakeNode.REQUEST);
                  assertThat(show.request().getShow().hasSaved()).isFalse();
                  peer.text(show.id(), "vlan na");
                  peer.text(show.id(), "me=blue\n");
                  peer.end(show.id());
                  Received diff = peer.expect(FakeNode.REQUEST);
                  assertThat(diff.request().getDiff().getFrom()).isEqualTo("a");
                  assertThat(diff.request().getDiff().hasTo()).isFalse();
                  peer.end(diff.id());
                });
        var client = node.connect()) {
      assertThat(client.configuration().show()).isEqualTo("vlan name=blue\n");
      assertThat(client.configuration().diffAsync("a").toCompletableFuture().get()).isEmpty();
      node.awaitPlayed();
    }
  }

  @Test
  void shouldRefuseANodeThatBreaksTheRulesOfStreams() throws Exception {
    List<FakeNode.Script> breaches =
        List.of(
            peer -> peer.rows(1, true, rows(3)),
            peer -> peer.write(threeBatches()),
            peer -> peer.rows(1, false),
            peer -> peer.text(1, "text"),
            peer -> peer.send(FakeNode.ITEMS, 1, (byte) 0x0a),
            peer -> peer.row(1, Row.empty()),
            peer -> peer.send(FakeNode.OPENED, 1),
            peer -> peer.end(2));
    for (FakeNode.Script breach : breaches) {
      try (var node =
              FakeNode.greeting(
                  folder,
                  peer -> {
                    peer.expect(FakeNode.REQUEST);
                    breach.play(peer);
                    while (peer.receive() != null) {
                      // Credits may come until the client notices.
                    }
                  });
          var client = connect(node, 2)) {
        Rows rows = client.configuration().walk("vlan");

        failsWith(ErrorCode.PROTOCOL_VIOLATION, () -> rows.forEach(row -> {}));
        failsWith(ErrorCode.PROTOCOL_VIOLATION, client::status);
        node.awaitPlayed();
      }
    }
  }

  @Test
  void shouldRefuseAWatchThatSendsBeforeItIsOpen() throws Exception {
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  peer.expect(FakeNode.REQUEST);
                  peer.event(1, Event.getDefaultInstance(), 0);
                  peer.expectEnd();
                });
        var client = node.connect()) {
      failsWith(ErrorCode.PROTOCOL_VIOLATION, () -> client.watch(""));
      node.awaitPlayed();
    }
  }

  /** In one piece, so that the client has all of them before it can grant more. */
  private static byte[] threeBatches() throws IOException {
    byte[] batch = Samples.items().toByteArray();
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < 3; i++) {
      bytes.write(FakeNode.Peer.frame(FakeNode.ITEMS, 1, batch));
    }
    return bytes.toByteArray();
  }

  private static Row[] rows(int count) {
    var rows = new Row[count];
    for (int i = 0; i < count; i++) {
      rows[i] = Row.of("id", i);
    }
    return rows;
  }

  private static ThrowableAssertAlternative<MidplaneException> failsWith(
      ErrorCode code, ThrowingCallable call) {
    var failure = assertThatExceptionOfType(MidplaneException.class).isThrownBy(call);
    failure.extracting(MidplaneException::code).isEqualTo(code);
    return failure;
  }
}
