package io.midplane.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.xenstore.server.Conflict.Kind;
import io.midplane.xenstore.wire.MessageType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerTransactionsTest {
  private XenStoreServer server;
  private Client client;
  private Client other;

  @BeforeEach
  void start() {
    server = XenStoreServer.start();
    client = Client.of(server);
    other = Client.of(server);
    for (String path : List.of("/a", "/b", "/d/A", "/d/B/y")) {
      client.ask(MessageType.WRITE, path + "|0");
    }
  }

  @AfterEach
  void stop() {
    other.close();
    client.close();
    server.close();
  }

  /** Requests inside, requests of somebody else meanwhile, and the answer to the commit. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "READ /a|; WRITE /a|1; !EAGAIN",
        "READ /a|, WRITE /b|2; WRITE /a|0; !EAGAIN",
        "WRITE /a|2; WRITE /a|1; !EAGAIN",
        "READ /b|, READ /a|; WRITE /a|1; !EAGAIN",
        "MKDIR /d/x|; MKDIR /d/y|; !EAGAIN",
        "MKDIR /d/A/x|; MKDIR /d/B/x|; OK|",
        "DIRECTORY /d|; WRITE /d/A|1; OK|",
        "DIRECTORY /d|; WRITE /d/new|1; !EAGAIN",
        "READ /none|; WRITE /none|1; !EAGAIN",
        "SET_PERMS /a|n0|r5|; WRITE /a|1; !EAGAIN",
        "RM /a|; WRITE /a|1; !EAGAIN",
        "RM /d|; WRITE /d/B/y|1; !EAGAIN",
        "RM /d|; WRITE /b|1; OK|",
        "WRITE /a|1; WRITE /b|1; OK|",
        "WRITE /d/B/y|1; RM /d|; !EAGAIN",
        "READ /a|; RM /a|; !EAGAIN",
        "READ /a|; READ /a|; OK|",
      })
  @DisplayName("XS21: what conflicts and what does not")
  void shouldConflictWithWhatItTouched(String inside, String meanwhile, String answer) {
    int transaction = client.begin();
    for (String request : inside.split(", ")) {
      perform(client, transaction, request);
    }
    perform(other, 0, meanwhile);

    assertThat(client.commit(transaction)).isEqualTo(answer);
    assertThat(client.commit(transaction)).isEqualTo("!ENOENT");
  }

  private static String perform(Client by, int transaction, String request) {
    String[] parts = request.strip().split(" ", 2);
    return by.ask(MessageType.valueOf(parts[0]), transaction, parts[1]);
  }

  @Test
  @DisplayName("XS21: a change between start and first touch conflicts, and is not seen inside")
  void shouldBeASnapshotOfTheStart() {
    int transaction = client.begin();
    other.ask(MessageType.WRITE, "/a|new");

    assertThat(client.ask(MessageType.READ, transaction, "/a|")).isEqualTo("0");
    assertThat(client.ask(MessageType.READ, "/a|")).isEqualTo("new");
    assertThat(client.commit(transaction)).isEqualTo("!EAGAIN");
  }

  @Test
  @DisplayName("XS21: nobody sees what is inside before the commit, nor ever after an abort")
  void shouldIsolate() {
    int transaction = client.begin();
    int second = client.begin();
    client.ask(MessageType.WRITE, transaction, "/a|1");

    assertThat(client.ask(MessageType.READ, transaction, "/a|")).isEqualTo("1");
    assertThat(other.ask(MessageType.READ, "/a|")).isEqualTo("0");
    assertThat(client.ask(MessageType.READ, second, "/b|")).isEqualTo("0");
    assertThat(other.ask(MessageType.READ, transaction, "/a|")).isEqualTo("!ENOENT");
    assertThat(client.ask(MessageType.TRANSACTION_END, transaction, "X|")).isEqualTo("!EINVAL");
    assertThat(client.ask(MessageType.TRANSACTION_START, transaction, "|")).isEqualTo("!EBUSY");
    assertThat(client.ask(MessageType.TRANSACTION_END, transaction, "F|")).isEqualTo("OK|");
    assertThat(client.commit(second)).isEqualTo("OK|");
    assertThat(other.ask(MessageType.READ, "/a|")).isEqualTo("0");
    assertThat(client.ask(MessageType.TRANSACTION_END, "T|")).isEqualTo("!ENOENT");
  }

  @Test
  @DisplayName("XS21: one event for each changed node at the commit, none without it")
  void shouldTellAtTheCommit() {
    other.ask(MessageType.WATCH, "/|t|");
    other.ask(MessageType.WATCH, "/d/B|u|");
    other.events();
    int transaction = client.begin();
    perform(client, transaction, "WRITE /a|1");
    perform(client, transaction, "WRITE /a|2");
    perform(client, transaction, "WRITE /new/deep|1");
    perform(client, transaction, "WRITE /gone|1");
    perform(client, transaction, "RM /gone|");
    perform(client, transaction, "RM /d|");
    assertThat(other.events()).isEmpty();

    assertThat(client.commit(transaction)).isEqualTo("OK|");

    assertThat(other.events()).containsExactly("/a|t|", "/new/deep|t|", "/d/B|u|", "/d|t|");
  }

  @Test
  @DisplayName("XS21: a failed commit leaves no trace and no event")
  void shouldLeaveNothingBehind() {
    other.ask(MessageType.WATCH, "/|t|");
    other.events();
    int transaction = client.begin();
    perform(client, transaction, "READ /a|");
    perform(client, transaction, "WRITE /b|1");
    other.ask(MessageType.WRITE, "/a|1");
    other.events();

    assertThat(client.commit(transaction)).isEqualTo("!EAGAIN");

    assertThat(other.events()).isEmpty();
    assertThat(other.ask(MessageType.READ, "/b|")).isEqualTo("0");
  }

  @Test
  @DisplayName("XS21: the conflict is explained: path, what happened, by which connection")
  void shouldExplainTheConflict() {
    int transaction = client.begin();
    perform(client, transaction, "READ /b|");
    perform(client, transaction, "RM /d|");
    other.ask(MessageType.WRITE, "/d/B/y|1");

    assertThat(client.ask(MessageType.CONTROL, "conflict|")).isEqualTo("!ENOENT");
    assertThat(client.commit(transaction)).isEqualTo("!EAGAIN");

    Conflict conflict = server.conflictsAsync().toCompletableFuture().join().getLast();
    assertThat(conflict.path()).isEqualTo("/d/B/y");
    assertThat(conflict.kind()).isEqualTo(Kind.CHANGED);
    assertThat(conflict.changedBy()).isEqualTo(2);
    assertThat(client.ask(MessageType.CONTROL, "conflict|"))
        .isEqualTo(
            "transaction 1 of connection 1: /d/B/y was changed by connection 2 (in process,"
                + " domain 0) after the transaction had begun|");
  }

  @Test
  @DisplayName("XS22: 8 clients that each add 500 times lose no update")
  void shouldLoseNoUpdate() throws Exception {
    client.ask(MessageType.WRITE, "/counter|0");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int count = 0; count < 8; count++) {
        running.add(threads.submit(this::add500));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }

    assertThat(client.ask(MessageType.READ, "/counter|")).isEqualTo("4000");
  }

  private void add500() {
    try (Client mine = Client.of(server)) {
      int done = 0;
      while (done < 500) {
        int transaction = mine.begin();
        int value = Integer.parseInt(mine.ask(MessageType.READ, transaction, "/counter|"));
        mine.ask(MessageType.WRITE, transaction, "/counter|" + (value + 1));
        done += mine.commit(transaction).equals("OK|") ? 1 : 0;
      }
    }
  }

  @Test
  @DisplayName("XS32: a transaction of 4000 nodes commits beside changes elsewhere")
  void shouldCommitManyNodes() {
    int transaction = client.begin();
    for (int count = 0; count < 4000; count++) {
      perform(client, transaction, "WRITE /big/d" + count / 100 + "/n" + count + "|v");
    }
    other.ask(MessageType.WRITE, "/elsewhere/x|1");

    assertThat(client.commit(transaction)).isEqualTo("!EAGAIN");

    client.ask(MessageType.MKDIR, "/big|");
    transaction = client.begin();
    for (int count = 0; count < 4000; count++) {
      perform(client, transaction, "WRITE /big/d" + count / 100 + "/n" + count + "|v");
    }
    other.ask(MessageType.WRITE, "/elsewhere/x|1");

    assertThat(client.commit(transaction)).isEqualTo("OK|");
    assertThat(client.ask(MessageType.DIRECTORY, "/big/d39|")).startsWith("n3900|n3901|");
    assertThat(other.ask(MessageType.READ, "/elsewhere/x|")).isEqualTo("1");
  }

  @RepeatedTest(10)
  @DisplayName("XS21: a merged commit is what the same requests would have made without one")
  void shouldMergeAsIfPerformedAtOnce() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    try (XenStoreServer plain = XenStoreServer.start();
        Client direct = Client.of(plain)) {
      for (String path : List.of("/a", "/b", "/d/A", "/d/B/y", "/other/x")) {
        direct.ask(MessageType.WRITE, path + "|0");
      }
      client.ask(MessageType.WRITE, "/other/x|0");
      Map<String, String> answers = new LinkedHashMap<>();
      int transaction = client.begin();
      other.ask(MessageType.WRITE, "/other/x|1");
      direct.ask(MessageType.WRITE, "/other/x|1");
      for (int count = 0; count < 60; count++) {
        String request = randomRequest(random);
        answers.put(count + " " + request, perform(client, transaction, request));
        assertThat(perform(direct, 0, request)).isEqualTo(answers.get(count + " " + request));
      }
      assertThat(client.commit(transaction)).isEqualTo("OK|");

      assertThat(server.snapshot()).isEqualTo(plain.snapshot());
    }
  }

  private static String randomRequest(Random random) {
    List<String> names = List.of("a", "b", "d", "A", "B", "y");
    StringBuilder path = new StringBuilder("/m");
    for (int level = random.nextInt(3); level >= 0; level--) {
      path.append('/').append(names.get(random.nextInt(names.size())));
    }
    String at = random.nextInt(4) == 0 ? "/d" + path.substring(2) : path.toString();
    return switch (random.nextInt(6)) {
      case 0 -> "RM " + at + "|";
      case 1 -> "SET_PERMS " + at + "|r0|";
      case 2 -> "MKDIR " + at + "|";
      case 3 -> "DIRECTORY " + at + "|";
      default -> "WRITE " + at + "|" + random.nextInt(100);
    };
  }
}
