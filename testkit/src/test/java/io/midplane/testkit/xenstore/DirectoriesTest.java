package io.midplane.testkit.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Lists that are too long for one message. */
@Tag("peer")
class DirectoriesTest extends XenStoreSpec {
  private static final int CHILDREN = 700;
  private static final int NAME = 8;
  private static final int BYTES = CHILDREN * (NAME + 1);

  private String list;

  private void fill() {
    var names = new StringBuilder();
    for (int i = 0; i < CHILDREN; i++) {
      String name = "n%07d".formatted(i);
      expect("WRITE /big/" + name + "|", "OK|");
      names.append(name).append('|');
    }
    list = names.toString();
  }

  private String part(int offset) {
    return root.ask("DIRECTORY_PART /big|" + offset + "|");
  }

  private static String generation(String part) {
    return part.substring(0, part.indexOf('|'));
  }

  private static String names(String part) {
    return part.substring(part.indexOf('|') + 1);
  }

  @Test
  @DisplayName("XS13: a list over 4096 bytes is E2BIG")
  void shouldRefuseALongList() {
    fill();

    expect("DIRECTORY /big|", "!E2BIG", ocaml(list));
  }

  @Test
  @DisplayName("XS13: it comes in parts of whole names, an empty name behind the last")
  void shouldListByParts() {
    fill();
    if (isOcaml()) {
      expect("DIRECTORY_PART /big|0|", "!ENOSYS");
      return;
    }

    String first = part(0);
    String second = part(names(first).length());

    assertThat(generation(first)).matches("\\d+").isEqualTo(generation(second));
    assertThat(first.length()).isBetween(4096 - NAME, 4096);
    assertThat(names(second)).endsWith("||");
    assertThat(names(first) + names(second)).isEqualTo(list + "|");
  }

  @Test
  @DisplayName("XS13: an offset inside a name gives its rest, one behind the end the empty name")
  void shouldTakeAnyOffset() {
    if (isOcaml()) {
      expect("DIRECTORY_PART /|0|", "!ENOSYS");
      return;
    }
    fill();

    assertThat(names(part(BYTES - 4))).isEqualTo("699||");
    assertThat(names(part(BYTES))).isEqualTo("|");
    assertThat(names(part(BYTES + 1000))).isEqualTo("|");
  }

  @Test
  @DisplayName("XS13: the generation changes with the list")
  void shouldChangeTheGeneration() {
    if (isOcaml()) {
      return;
    }
    expect("WRITE /big/a|", "OK|");
    String before = generation(part(0));

    expect("WRITE /big/b|", "OK|");

    assertThat(generation(part(0))).isNotEqualTo(before);
    assertThat(names(part(0))).isEqualTo("a|b||");
  }

  @Test
  @DisplayName("XS13: a missing node and a wrong number of arguments")
  void shouldRefuseWrongRequests() {
    expect("DIRECTORY_PART /none|0|", "!ENOENT", ocaml("!ENOSYS"));
    expect("DIRECTORY_PART /|", "!EINVAL", ocaml("!ENOSYS"));
    expect("DIRECTORY_PART /|0|1|", "!EINVAL", ocaml("!ENOSYS"));
  }
}
