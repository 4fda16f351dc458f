package io.midplane.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.xenstore.wire.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class ChildrenTest {
  private long generation;

  private Node node() {
    return Node.empty(Access.closed(), ++generation, 0);
  }

  @RepeatedTest(5)
  @DisplayName("XS13: children keep the order of their creation, whatever comes and goes")
  void shouldBehaveLikeALinkedMap() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Map<String, Node> model = new LinkedHashMap<>();
    Children children = Children.NONE;

    for (int step = 0; step < 3000; step++) {
      String name = "n" + random.nextInt(200);
      if (random.nextInt(3) > 0) {
        Node node = node();
        model.put(name, node);
        children = children.with(name, node);
      } else if (model.remove(name) != null) {
        children = children.without(name);
      }
      if (step % 50 == 0) {
        check(children, model, random);
      }
    }
    check(children, model, random);
  }

  private static void check(Children children, Map<String, Node> model, Random random) {
    List<String> names = new ArrayList<>();
    children.forEach((name, node) -> {
      names.add(name);
      assertThat(node).isSameAs(model.get(name));
    });
    assertThat(names).containsExactlyElementsOf(model.keySet());
    assertThat(children.size()).isEqualTo(model.size());
    byte[] all = Texts.join(model.keySet().toArray(new String[0]));
    assertThat(children.bytes()).isEqualTo(all.length);
    assertThat(children.names()).isEqualTo(all);
    int offset = random.nextInt(all.length + 1);
    int most = random.nextInt(60);
    assertThat(children.part(offset, most)).isEqualTo(wholeNames(all, offset, most));
    assertThat(children.get("missing")).isNull();
  }

  /** As many whole names as fit; the first may be the rest of one. */
  private static byte[] wholeNames(byte[] all, int offset, int most) {
    int end = offset;
    for (int at = offset; at < all.length && at - offset < most; at++) {
      if (all[at] == 0) {
        end = at + 1;
      }
    }
    return java.util.Arrays.copyOfRange(all, offset, end);
  }

  @Test
  void shouldShareNothingThatChanges() {
    Children one = Children.NONE;
    for (int at = 0; at < 40; at++) {
      one = one.with("n" + at, node());
    }
    byte[] before = one.names();

    one.without("n7").with("other", node());

    assertThat(one.names()).isEqualTo(before);
    assertThat(one.get("n7")).isNotNull();
  }
}
