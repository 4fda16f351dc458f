package io.midplane.testkit.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nodes: made, read, listed, removed. */
@Tag("peer")
class NodesTest extends XenStoreSpec {

  @Test
  @DisplayName("XS11: write and mkdir make missing ancestors, empty")
  void shouldMakeMissingAncestors() {
    expect("WRITE /a/b/c|v", "OK|");
    expect("MKDIR /d/e/f|", "OK|");

    expect("READ /a|", "");
    expect("READ /a/b|", "");
    expect("READ /a/b/c|", "v");
    expect("DIRECTORY /a|", "b|");
    expect("READ /d/e/f|", "");
    expect("DIRECTORY /a/b/c|", "");
  }

  @Test
  @DisplayName("XS11: mkdir of a node that is there keeps its value")
  void shouldKeepTheValueOnMkdir() {
    expect("WRITE /a|v", "OK|");

    expect("MKDIR /a|", "OK|");

    expect("READ /a|", "v");
  }

  @Test
  @DisplayName("XS11: a missing node is ENOENT")
  void shouldReportMissingNodes() {
    expect("READ /none|", "!ENOENT");
    expect("READ /none/deeper|", "!ENOENT");
    expect("DIRECTORY /none|", "!ENOENT");
    expect("GET_PERMS /none|", "!ENOENT");
    expect("SET_PERMS /none|n0|", "!ENOENT");
  }

  @Test
  @DisplayName("XS11: rm takes the subtree; of a missing node it is done if the parent is there")
  void shouldRemove() {
    expect("WRITE /a/b/c|v", "OK|");

    expect("RM /a/x|", "OK|");
    expect("RM /x/y|", "!ENOENT");
    expect("RM /a/b|", "OK|");

    expect("READ /a/b/c|", "!ENOENT");
    expect("DIRECTORY /a|", "");
  }

  @Test
  @DisplayName("XS11: rm of / is refused")
  void shouldRefuseToRemoveTheRoot() {
    expect("RM /|", "!EINVAL", ocaml("OK|"));

    expect("DIRECTORY /|", "tool|", ocaml(""), ours("tool|local|"));
  }

  @Test
  @DisplayName("XS11: a write without a value is EINVAL, an empty value is one")
  void shouldTellAnEmptyValueFromNone() {
    expect("WRITE /a|", "OK|");
    expect("READ /a|", "");
    expect("WRITE /a", "!EINVAL");
    expect("WRITE /b", "!EINVAL");
    expect("READ /b|", "!ENOENT");
  }

  @Test
  @DisplayName("XS12: every byte is a value's byte")
  void shouldKeepAllBytes() {
    String all =
        IntStream.range(0, 256)
            .mapToObj(i -> String.valueOf((char) i))
            .collect(Collectors.joining());

    root.ask("WRITE /all|" + all + all);

    assertThat(Frame.bytes(root.ask("READ /all|"))).isEqualTo(Frame.bytes(all + all));
  }

  @Test
  @DisplayName("XS13: children stand in the order they were made in")
  void shouldListInTheOrderOfMaking() {
    for (String name : new String[] {"z", "a", "m", "B", "9"}) {
      expect("WRITE /d/" + name + "|v", "OK|");
    }
    expect("WRITE /d/a|again", "OK|");

    expect("DIRECTORY /d|", "z|a|m|B|9|", ocaml("9|B|a|m|z|"));

    expect("RM /d/z|", "OK|");
    expect("WRITE /d/z|v", "OK|");
    expect("DIRECTORY /d|", "a|m|B|9|z|", ocaml("9|B|a|m|z|"));
  }

  @Test
  @DisplayName("XS37: a new store has what programs look for")
  void shouldStartWithTheUsualNodes() {
    expect("READ /tool/xenstored|", "", ocaml(root.ask("READ /tool/xenstored|")));
    expect(
        "DIRECTORY /|",
        "tool|",
        ocaml("@introduceDomain|@releaseDomain|local|tool|"),
        ours("tool|local|"));
  }

  @Test
  @DisplayName("XS12: values up to the longest payload, for those who are privileged")
  void shouldTakeLongValues() {
    expect("WRITE /v|" + "x".repeat(2048), "OK|");
    expect("WRITE /v|" + "x".repeat(2049), "OK|", ocaml("!E2BIG"));
    expect("WRITE /v|" + "x".repeat(4093), "OK|", ocaml("!E2BIG"));
  }
}
