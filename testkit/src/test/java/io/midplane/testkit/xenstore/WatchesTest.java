package io.midplane.testkit.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Watches: what fires, where, when, and what does not. */
@Tag("peer")
class WatchesTest extends XenStoreSpec {

  /** Watches, and takes the event that every watch begins with. */
  private void watch(RawConnection by, String path, String token) {
    expect(by, "WATCH " + path + "|" + token + "|", "OK|");
    assertThat(by.awaitEvents(1)).containsExactly(path + "|" + token + "|");
  }

  @Test
  @DisplayName("XS18: a watch begins with one event behind its reply, node or no node")
  void shouldBeginWithAnEvent() {
    root.send(Request.WATCH.code(), 0, "/none|t|");

    assertThat(root.receive()).hasToString("4/1/0 OK|");
    assertThat(root.receive()).hasToString("15/0/0 /none|t|");
    expectEvents(root);
  }

  @Test
  @DisplayName("XS18: the same path and token again is EEXIST, another token is another watch")
  void shouldTellWatchesByPathAndToken() {
    watch(root, "/a", "one");
    expect("WATCH /a|one|", "!EEXIST");
    watch(root, "/a", "two");

    expect("WRITE /a|v", "OK|");

    if (isOcaml()) {
      expectEvents(root, "/a|two|", "/a|one|");
    } else {
      expectEvents(root, "/a|one|", "/a|two|");
    }
  }

  @Test
  @DisplayName("XS18: the event of an own change comes before the reply")
  void shouldSendTheOwnEventFirst() {
    watch(root, "/a", "t");

    root.send(Request.WRITE.code(), 0, "/a|v");

    List<Integer> types = List.of(root.receive().type(), root.receive().type());
    int event = Request.WATCH_EVENT.code();
    int reply = Request.WRITE.code();
    assertThat(types).isEqualTo(isOcaml() ? List.of(reply, event) : List.of(event, reply));
  }

  @Test
  @DisplayName("XS18: write, making, removing and permissions fire at and below the path")
  void shouldFireForChangesAtAndBelow() {
    watch(root, "/a", "t");

    String[][] changes = {
      {"WRITE /a|v", "/a|t|"},
      {"WRITE /a|v", "/a|t|"},
      {"MKDIR /a/b|", "/a/b|t|"},
      {"WRITE /a/b/c/d|v", "/a/b/c/d|t|"},
      {"SET_PERMS /a/b|n0|", "/a/b|t|"},
      {"RM /a/b|", "/a/b|t|"},
      {"RM /a|", "/a|t|"},
    };
    for (String[] change : changes) {
      expect(change[0], "OK|");
      assertThat(root.events()).as(change[0]).containsExactly(change[1]);
    }
  }

  @Test
  @DisplayName("XS18: what changes nothing fires nothing")
  void shouldNotFireWithoutAChange() {
    expect("WRITE /a/b|v", "OK|");
    watch(root, "/a", "t");

    expect("READ /a/b|", "v");
    expect("DIRECTORY /a|", "b|");
    expect("MKDIR /a/b|", "OK|");
    expect("RM /a/none|", "OK|");
    expect("WRITE /ab|v", "OK|");
    expect("WRITE /z|v", "OK|");

    expectEvents(root);
  }

  @Test
  @DisplayName("XS18: a change of an ancestor fires nothing, its removal does")
  void shouldFireWhenAnAncestorGoes() {
    expect("WRITE /a/b/c|v", "OK|");
    watch(root, "/a/b/c", "there");
    watch(root, "/a/b/none", "none");

    expect("WRITE /a|v", "OK|");
    expect("SET_PERMS /a/b|n0|", "OK|");
    expectEvents(root);

    expect("RM /a|", "OK|");
    if (isOcaml()) {
      assertThat(root.events()).containsExactlyInAnyOrder("/a/b/c|there|", "/a/b/none|none|");
    } else {
      expectEvents(root, "/a/b/c|there|");
    }
  }

  @Test
  @DisplayName("XS18: removing a node with children is one event above it")
  void shouldFireOnceForASubtree() {
    expect("WRITE /a/b/c/d|v", "OK|");
    watch(root, "/a", "t");

    expect("RM /a/b|", "OK|");

    expectEvents(root, "/a/b|t|");
  }

  @Test
  @DisplayName("XS18: a relative watch gives relative paths, and may be removed by its full path")
  void shouldKeepRelativePaths() {
    watch(root, "rel", "t");

    expect("WRITE /local/domain/0/rel/x|v", "OK|");
    expect("WRITE rel|v", "OK|");
    expectEvents(root, "rel/x|t|", "rel|t|");
    expect("UNWATCH /local/domain/0/rel|t|", "OK|");
    expect("WRITE rel|v", "OK|");

    expectEvents(root);
  }

  @Test
  @DisplayName("XS18: a watch of / sees every node, and no special event")
  void shouldWatchEverything() {
    watch(root, "/", "t");

    expect("WRITE /a/b|v", "OK|");
    expectEvents(root, "/a/b|t|");
    store.introduce(7);

    expectEvents(root);
  }

  @Test
  @DisplayName("XS18: a token may be empty, odd, or long")
  void shouldTakeAnyToken() {
    for (String token : new String[] {"", " a\u00ff:/\n", "x".repeat(4000)}) {
      watch(root, "/a", token);
    }

    expect("WRITE /a|v", "OK|");

    assertThat(root.events()).hasSize(3);
  }

  @Test
  @DisplayName("XS20: an event of more than 4096 bytes is dropped")
  void shouldDropAnEventThatIsTooLong() {
    String token = "x".repeat(4080);
    watch(root, "/a", token);

    expect("WRITE /a/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb|v", "OK|");

    assertThat(root.events()).hasSize(isOcaml() ? 1 : 0);
    expect("WRITE /a|v", "OK|");
    assertThat(root.events()).hasSize(1);
  }

  @Test
  @DisplayName("XS18: unwatch ends it; twice is ENOENT")
  void shouldUnwatch() {
    watch(root, "/a", "t");
    expect("WRITE /a|v", "OK|");

    expect("UNWATCH /a|t|", "OK|");
    expect("WRITE /a|v", "OK|");

    expectEvents(root, "/a|t|");
    expect("UNWATCH /a|t|", "!ENOENT");
    expect("UNWATCH /a|other|", "!ENOENT");
  }

  @Test
  @DisplayName("XS18: reset drops the connection's watches and transactions, and no others")
  void shouldReset() {
    watch(root, "/a", "t");
    String transaction = begin(root);
    try (RawConnection other = store.connect()) {
      watch(other, "/a", "t");

      expect("RESET_WATCHES |", "OK|");
      expect("WRITE /a|v", "OK|");

      expectEvents(root);
      expectEvents(other, "/a|t|");
      expect("READ@" + transaction + " /a|", "!ENOENT", ocaml("!EIO"));
    }
  }

  @Test
  @DisplayName("XS18: watches end with their connection")
  void shouldForgetTheWatchesOfAClosedConnection() {
    try (RawConnection other = store.connect()) {
      watch(other, "/a", "t");
    }

    expect("WRITE /a|v", "OK|");
    watch(root, "/a", "t");
    expect("WRITE /a|v", "OK|");
    expectEvents(root, "/a|t|");
  }

  @Test
  @DisplayName("XS18: what looks like a special name may be watched, and never fires")
  void shouldTakeUnknownSpecialNames() {
    watch(root, "@foo", "t");

    expect("WRITE /@foo|v", "OK|");

    expectEvents(root);
  }

  @Test
  @DisplayName("XS18: a wrong number of arguments")
  void shouldRefuseMalformedWatches() {
    expect("WATCH /a|", "!EINVAL");
    expect("WATCH /a", "!EINVAL");
    expect("UNWATCH /a|", "!EINVAL");
  }

  @Test
  @DisplayName("XS27: depth")
  void shouldTakeADepth() {
    // Xen 4.17 has no depth; ours has it, as later versions do.
    expect("WATCH /d|t|1|", "!EINVAL", ours("OK|"));
    if (kind == XenStoreKind.MIDPLANE) {
      root.events();
      expect("WRITE /d|v", "OK|");
      expect("WRITE /d/c|v", "OK|");
      expect("WRITE /d/c/e|v", "OK|");
      expectEvents(root, "/d|t|", "/d/c|t|");
    }
  }

  @Test
  @DisplayName("XS19: identical pending events are merged, and the last is never lost")
  void shouldMergeIdenticalPendingEvents() {
    int writes = 700;
    try (RawConnection slow = store.connect()) {
      watch(slow, "/a", "t");

      for (int i = 0; i < writes; i++) {
        expect("WRITE /a|" + i, "OK|");
      }

      List<String> events = slow.events();
      assertThat(events).containsOnly("/a|t|").hasSizeBetween(1, writes);
      expect(slow, "READ /a|", String.valueOf(writes - 1));
      if (isOcaml()) {
        assertThat(events).hasSize(writes);
      }
    }
  }

  @Test
  @DisplayName("XS18: a guest gets events of nodes that it may read, and of losing the right")
  void shouldTellAGuestOnlyWhatItMayRead() {
    RawConnection guest = store.introduce(7);
    expect("WRITE /closed|v", "OK|");
    expect("WRITE /open|v", "OK|");
    expect("SET_PERMS /open|n0|r7|", "OK|");
    watch(guest, "/closed", "c");
    watch(guest, "/open", "o");

    expect("WRITE /closed|w", "OK|");
    expect("WRITE /closed/below|w", "OK|");
    expect("WRITE /open|w", "OK|");
    expectEvents(guest, "/open|o|");

    expect("SET_PERMS /open|n0|", "OK|");
    expectEvents(guest, "/open|o|");
    expect("WRITE /open|x", "OK|");
    expectEvents(guest);
  }
}
