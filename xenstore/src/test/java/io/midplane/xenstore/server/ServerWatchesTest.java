package io.midplane.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ServerWatchesTest {
  private XenStoreServer server;
  private Client client;
  private Client watcher;

  @BeforeEach
  void start() {
    server = XenStoreServer.builder().mostEventBytes(100_000).start();
    client = Client.of(server);
    watcher = Client.of(server);
  }

  @AfterEach
  void stop() {
    watcher.close();
    client.close();
    server.close();
  }

  private void watch(String path, String token) {
    assertThat(watcher.ask(MessageType.WATCH, path + "|" + token + "|")).isEqualTo("OK|");
    watcher.events();
  }

  private void write(String path) {
    client.ask(MessageType.WRITE, path + "|v");
  }

  @Test
  @DisplayName("XS18: the reply to WATCH, then an event, whether the node exists or not")
  void shouldFireOnceUpFront() {
    watcher.send(new Message(MessageType.WATCH, 1, 0, Client.bytes("/none|tok|")));

    assertThat(watcher.receive().type()).isEqualTo(MessageType.WATCH.code());
    assertThat(watcher.receive())
        .isEqualTo(new Message(MessageType.WATCH_EVENT, 0, 0, Client.bytes("/none|tok|")));
    assertThat(watcher.ask(MessageType.WATCH, "/none|tok|")).isEqualTo("!EEXIST");
    assertThat(watcher.ask(MessageType.WATCH, "/none|other|")).isEqualTo("OK|");
    assertThat(watcher.ask(MessageType.WATCH, "/none|tok|1|")).isEqualTo("!EEXIST");
  }

  @Test
  @DisplayName("XS18: the event of one's own change comes before the reply")
  void shouldTellBeforeTheReply() {
    watch("/a", "t");
    watcher.send(new Message(MessageType.WRITE, 7, 0, Client.bytes("/a|v")));

    assertThat(watcher.receive().type()).isEqualTo(MessageType.WATCH_EVENT.code());
    assertThat(watcher.receive().type()).isEqualTo(MessageType.WRITE.code());
  }

  @Test
  @DisplayName("XS18: what fires and what does not")
  void shouldFireForChangesAtOrBelow() {
    write("/a/b/c");
    watch("/a/b", "t");

    write("/a/b");
    write("/a/b/c");
    write("/a/b/new/deep");
    client.ask(MessageType.SET_PERMS, "/a/b|n0|");
    client.ask(MessageType.MKDIR, "/a/b/dir|");
    client.ask(MessageType.RM, "/a/b/c|");
    assertThat(watcher.events())
        .containsExactly(
            "/a/b|t|", "/a/b/c|t|", "/a/b/new/deep|t|", "/a/b|t|", "/a/b/dir|t|", "/a/b/c|t|");

    write("/a");
    write("/ab");
    client.ask(MessageType.MKDIR, "/a/b/dir|");
    client.ask(MessageType.RM, "/a/b/none|");
    client.ask(MessageType.READ, "/a/b|");
    assertThat(watcher.events()).isEmpty();
  }

  @Test
  @DisplayName(
      "XS18: removing an ancestor tells those below, deepest first, if their node was there")
  void shouldTellOfRemovedAncestors() {
    write("/a/b/c");
    write("/a/x");
    for (String path : List.of("/", "/a", "/a/b", "/a/b/c", "/a/none", "/a/x")) {
      watch(path, "t");
    }

    client.ask(MessageType.RM, "/a|");

    assertThat(watcher.events()).containsExactly("/a/b/c|t|", "/a/b|t|", "/a/x|t|", "/a|t|");
  }

  @Test
  @DisplayName(
      "XS18: several tokens fire in the order of registration; the root hears of all nodes")
  void shouldFireInOrderOfRegistration() {
    watch("/a", "one");
    watch("/", "two");
    watch("/a", "three");
    write("/a");

    assertThat(watcher.events()).containsExactly("/a|one|", "/a|two|", "/a|three|");
  }

  @Test
  @DisplayName("XS18: a relative watch shows relative paths, and the absolute form removes it")
  void shouldShowRelativePaths() {
    assertThat(watcher.ask(MessageType.WATCH, "rel|t|")).isEqualTo("OK|");
    write("/local/domain/0/rel/x");

    assertThat(watcher.events()).containsExactly("rel|t|", "rel/x|t|");
    assertThat(watcher.ask(MessageType.UNWATCH, "/local/domain/0/rel|t|")).isEqualTo("OK|");
    assertThat(watcher.ask(MessageType.UNWATCH, "rel|t|")).isEqualTo("!ENOENT");
    write("/local/domain/0/rel/x");
    assertThat(watcher.events()).isEmpty();
  }

  @Test
  @DisplayName("XS18: any token; special paths that nobody knows fire once and never again")
  void shouldTakeAnyToken() {
    assertThat(watcher.ask(MessageType.WATCH, "/a||")).isEqualTo("OK|");
    assertThat(watcher.ask(MessageType.WATCH, "/a|\u00e4 \n|")).isEqualTo("OK|");
    assertThat(watcher.ask(MessageType.WATCH, "@foo|t|")).isEqualTo("OK|");
    assertThat(watcher.ask(MessageType.WATCH, "/a|t")).isEqualTo("!EINVAL");
    assertThat(watcher.ask(MessageType.WATCH, "/a b|t|")).isEqualTo("!EINVAL");
    assertThat(watcher.events()).containsExactly("/a||", "/a|\u00e4 \n|", "@foo|t|");
  }

  @Test
  @DisplayName("XS27: a watch with a depth hears of so many levels below")
  void shouldLimitTheDepth() {
    assertThat(watcher.ask(MessageType.WATCH, "/a|zero|0|")).isEqualTo("OK|");
    assertThat(watcher.ask(MessageType.WATCH, "/a|one|1|")).isEqualTo("OK|");
    assertThat(watcher.ask(MessageType.WATCH, "/a|all|")).isEqualTo("OK|");
    assertThat(watcher.ask(MessageType.WATCH, "/a|bad|-1|")).isEqualTo("!EINVAL");
    assertThat(watcher.ask(MessageType.WATCH, "/b|text|x|")).isEqualTo("OK|");
    watcher.events();

    write("/a");
    write("/a/b");
    write("/a/b/c");

    assertThat(watcher.events())
        .containsExactly("/a|zero|", "/a|one|", "/a|all|", "/a/b|one|", "/a/b|all|", "/a/b/c|all|");
  }

  @Test
  @DisplayName("XS18: a guest hears of what it may read, and of losing the right")
  void shouldTellGuestsWhatTheyMayRead() {
    client.ask(MessageType.INTRODUCE, "5|1|1|");
    try (Client guest = new Client(server.transport(new DomainId(5)))) {
      guest.ask(MessageType.WATCH, "/a|t|");
      assertThat(guest.events()).containsExactly("/a|t|");
      write("/a");
      assertThat(guest.events()).isEmpty();
      client.ask(MessageType.SET_PERMS, "/a|n0|r5|");
      assertThat(guest.events()).containsExactly("/a|t|");
      write("/a");
      assertThat(guest.events()).containsExactly("/a|t|");
      client.ask(MessageType.SET_PERMS, "/a|n0|");
      assertThat(guest.events()).containsExactly("/a|t|");
      write("/a");
      assertThat(guest.events()).isEmpty();
    }
  }

  @Test
  @DisplayName("XS19: identical events wait once, and the last change always has one behind it")
  void shouldMergeWaitingEvents() {
    watch("/a", "t");
    for (int count = 0; count < 20_000; count++) {
      client.ask(MessageType.WRITE, "/a|" + count);
    }

    List<String> events = watcher.events();

    assertThat(events).isNotEmpty().hasSizeLessThan(10_000).containsOnly("/a|t|");
    assertThat(watcher.ask(MessageType.READ, "/a|")).isEqualTo("19999");
  }

  @Test
  @DisplayName("XS19: a reader that never reads is disconnected, and the writer goes on")
  void shouldNotKeepEventsWithoutBound() {
    watch("/", "t");
    for (int count = 0; count < 20_000; count++) {
      assertThat(client.ask(MessageType.WRITE, "/many/n" + count + "|v")).isEqualTo("OK|");
    }

    assertThat(watcher.isEnded()).isTrue();
    assertThat(client.ask(MessageType.READ, "/many/n19999|")).isEqualTo("v");
  }

  @Test
  @DisplayName("XS20: events over 4096 bytes are dropped and counted")
  void shouldDropEventsThatDoNotFit() {
    String token = "t".repeat(4080);
    assertThat(watcher.ask(MessageType.WATCH, "/a|" + token + "|")).isEqualTo("OK|");
    assertThat(watcher.events()).hasSize(1);

    write("/a/" + "b".repeat(20));

    assertThat(watcher.events()).isEmpty();
    assertThat(server.statisticsAsync().toCompletableFuture().join().droppedEvents()).isEqualTo(1);
  }

  @Test
  @DisplayName("XS21: RESET_WATCHES drops watches and transactions")
  void shouldReset() {
    watch("/a", "t");
    int transaction = watcher.begin();

    assertThat(watcher.ask(MessageType.RESET_WATCHES, "|")).isEqualTo("OK|");
    write("/a");

    assertThat(watcher.events()).isEmpty();
    assertThat(watcher.commit(transaction)).isEqualTo("!ENOENT");
    assertThat(watcher.ask(MessageType.WATCH, "/a|t|")).isEqualTo("OK|");
  }

  @Test
  @DisplayName("XS30: watches elsewhere are not looked at")
  void shouldFindWatchesByPath() {
    WatchIndex index = new WatchIndex();
    List<Watch> watches = new ArrayList<>();
    for (int number = 0; number < 50_000; number++) {
      watches.add(new Watch(null, "/w/" + number, "t", 0, -1, number));
    }
    watches.forEach(index::add);

    assertThat(index.concerned("/bench/k")).isEmpty();
    assertThat(index.concerned("/w/7/below")).containsExactly(watches.get(7));
    watches.forEach(index::remove);
    assertThat(index.find("/w")).isNull();
  }
}
