package io.midplane.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.xenstore.server.XenStoreServer;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Texts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Threads that share connections, reading, writing and in transactions, see what they could have
 * seen one after the other. {@code -Dmidplane.xenstore.histories=N} sets how many histories are
 * made, {@code -Dmidplane.xenstore.seed=N} which.
 */
@Timeout(300)
class LinearizabilityTest {
  private static final int HISTORIES = Integer.getInteger("midplane.xenstore.histories", 200);
  private static final List<String> NODES = List.of("/a", "/b");
  private static final int OPERATIONS = 10;
  private static final RetryPolicy PATIENT = RetryPolicy.defaults().attempts(1000);

  /** What a thread does; UPDATE is a transaction that reads and writes. */
  private enum Kind {
    READ,
    WRITE,
    READ_ASYNC,
    WRITE_ASYNC,
    UPDATE
  }

  @TempDir Path folder;

  private static long seed() {
    Long given = Long.getLong("midplane.xenstore.seed");
    long seed = given != null ? given : ThreadLocalRandom.current().nextLong();
    System.out.println("seed " + seed);
    return seed;
  }

  @Test
  @DisplayName("XC7, XS21: threads on one connection and on several see one order of all they do")
  void shouldBeLinearizable() {
    Path socket = folder.resolve("socket");
    XenStoreSettings settings = XenStoreSettings.defaults().socket(socket);
    try (XenStoreServer server = XenStoreServer.builder().socket(socket).start();
        XenStore shared = XenStore.connect(settings);
        XenStore other = XenStore.connect(settings);
        XenStore inProcess = XenStore.connect(server::transport, XenStoreSettings.defaults())) {
      var found = contradiction(List.of(shared, shared, other, inProcess), Kind.values());

      assertThat(found).isEmpty();
      assertThat(shared.statistics().openRequests()).isZero();
      assertThat(shared.statistics().unmatchedAnswers()).isZero();
    }
  }

  @Test
  @DisplayName("XC7: the check notices a server that now and then answers for another node")
  void shouldNoticeAnAnswerForAnotherNode() throws Exception {
    Map<String, String> values = new HashMap<>();
    var reads = new AtomicInteger();

    assertThat(
            contradictionAt(
                values,
                node -> {
                  boolean isWrong = reads.incrementAndGet() % 50 == 0;
                  return values.get(isWrong ? NODES.getFirst() : node);
                }))
        .isPresent();
  }

  @Test
  @DisplayName("XC7: the check notices a server that now and then answers with what was before")
  void shouldNoticeAnOldAnswer() throws Exception {
    Map<String, String> values = new HashMap<>();
    Map<String, String> old = new HashMap<>();
    var reads = new AtomicInteger();

    assertThat(
            contradictionAt(
                values,
                node -> {
                  boolean isWrong = reads.incrementAndGet() % 50 == 0;
                  String answer = isWrong ? old.getOrDefault(node, "") : values.get(node);
                  old.put(node, values.get(node));
                  return answer;
                }))
        .isPresent();
  }

  /** What is found at a server of one connection whose answers to reads are given. */
  private Optional<List<History.Operation>> contradictionAt(
      Map<String, String> values, UnaryOperator<String> reading) throws Exception {
    try (FakeServer server = new FakeServer(folder)) {
      server.serve(request -> {
        List<String> texts = Texts.split(request.payload());
        if (request.type() == MessageType.READ.code()) {
          return reading.apply(texts.getFirst());
        }
        values.put(texts.getFirst(), Texts.text(request.payload()).substring(3));
        return "OK\0";
      });
      try (XenStore shared = XenStore.connect(XenStoreSettings.defaults().socket(server.socket))) {
        return contradiction(
            List.of(shared, shared, shared, shared),
            Kind.READ,
            Kind.WRITE,
            Kind.READ_ASYNC,
            Kind.WRITE_ASYNC);
      }
    }
  }

  private static Optional<List<History.Operation>> contradiction(
      List<XenStore> stores, Kind... kinds) {
    var random = new SplittableRandom(seed());
    for (int number = 0; number < HISTORIES; number++) {
      Map<String, History> histories = histories(number, stores, random, List.of(kinds));
      for (History history : histories.values()) {
        Optional<List<History.Operation>> found = history.contradiction();
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** One history of each node, by one thread for each of the stores. */
  private static Map<String, History> histories(
      int number, List<XenStore> stores, SplittableRandom random, List<Kind> kinds) {
    Map<String, History> histories = new HashMap<>();
    var clock = new AtomicLong();
    for (String node : NODES) {
      String first = node + " first " + number;
      stores.getFirst().write(node, first);
      histories.put(node, new History(clock, first));
    }
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < stores.size(); i++) {
      var worker = new Worker(stores.get(i), number + "/" + i, random.split(), histories, kinds);
      threads.add(CompletableFuture.runAsync(worker, task -> Thread.ofPlatform().start(task)));
    }
    threads.forEach(CompletableFuture::join);
    return histories;
  }

  /** One thread's operations. */
  private record Worker(
      XenStore store,
      String name,
      SplittableRandom random,
      Map<String, History> histories,
      List<Kind> kinds)
      implements Runnable {
    @Override
    public void run() {
      List<CompletionStage<?>> underWay = new ArrayList<>();
      for (int i = 0; i < OPERATIONS; i++) {
        String node = NODES.get(random.nextInt(NODES.size()));
        String value = name + "/" + i;
        History history = histories.get(node);
        long begin = history.begin();
        switch (kinds.get(random.nextInt(kinds.size()))) {
          case READ -> history.add(name, store.readText(node), null, begin);
          case WRITE -> {
            store.write(node, value);
            history.add(name, null, value, begin);
          }
          case READ_ASYNC ->
              underWay.add(
                  store.readTextAsync(node).thenAccept(saw -> history.add(name, saw, null, begin)));
          case WRITE_ASYNC ->
              underWay.add(
                  store
                      .writeAsync(node, value)
                      .thenRun(() -> history.add(name, null, value, begin)));
          case UPDATE -> {
            String saw =
                store.inTransaction(
                    PATIENT,
                    tx -> {
                      String before = tx.readText(node);
                      tx.write(node, value);
                      return before;
                    });
            history.add(name, saw, value, begin);
          }
        }
      }
      underWay.forEach(stage -> stage.toCompletableFuture().join());
    }
  }
}
