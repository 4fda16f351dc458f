package io.midplane.testkit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.testkit.xenstore.XenStoreKind;
import io.midplane.xenstore.WalkOrder;
import io.midplane.xenstore.WalkedNode;
import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.Permission;
import io.midplane.xenstore.wire.XenStoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("XC47: nodes, the same against each server")
class ClientNodesTest extends ClientSpec {

  private static void assertRefused(ErrorName name, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            XenStoreException.class, e -> assertThat(e.errorName()).isEqualTo(name));
  }

  @Test
  @DisplayName("XC7: many threads on one connection each get their own answer")
  void shouldServeManyThreads() {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      String path = "/thread/" + thread;
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 500; i++) {
                  store.write(path, "v" + i);
                  assertThat(store.readText(path)).isEqualTo("v" + i);
                }
              },
              task -> Thread.ofPlatform().start(task)));
    }
    threads.forEach(CompletableFuture::join);
  }

  @Test
  @DisplayName("XC11: what was written before closing is applied")
  void shouldApplyWhatWasWrittenBeforeClosing() {
    for (int i = 0; i < 20; i++) {
      try (XenStore writer = connect()) {
        var unused = writer.writeAsync("/closing/" + i, "v");
      }
      assertThat(store.exists("/closing/" + i)).as("write %s", i).isTrue();
    }
  }

  @Test
  @DisplayName("XC18: a path that breaks a rule is refused with that rule, and nothing is sent")
  void shouldRefusePathsWithTheRuleTheyBreak() {
    Map<String, String> rules = new HashMap<>();
    rules.put("", "is empty");
    rules.put("/a//b", "//");
    rules.put("/a/", "ends with /");
    rules.put("/a\n", "newline");
    rules.put("/a b", "0x20");
    rules.put("/é", "0xe9");
    rules.put("/" + "a".repeat(3072), "expected: up to 3072");
    rules.put("a".repeat(2049), "expected: up to 2048");
    rules.put("@introduceDomain", "special path");
    rules.forEach((path, rule) -> {
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> store.read(path),
              () -> store.write(path, "v"),
              () -> store.mkdir(path),
              () -> store.remove(path),
              () -> store.list(path))) {
        assertThatThrownBy(call)
            .isInstanceOfSatisfying(
                MidplaneException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
            .hasMessageContaining(rule);
      }
    });
    store.write("relative/path", "v");
    assertThat(store.readText("/local/domain/0/relative/path")).isEqualTo("v");
  }

  @Test
  @DisplayName("XC19: permissions are read and set; a malformed one is refused here")
  void shouldReadAndSetPermissions() {
    store.mkdir("/p");
    store.setPermissions("/p", "n0", "r5", "b7");
    assertThat(store.permissions("/p"))
        .containsExactly(Permission.parse("n0"), Permission.parse("r5"), Permission.parse("b7"));
    for (String malformed : List.of("", "b", "x0", "b-1", "b0x10", "b 1", "b70000", "B")) {
      assertThatThrownBy(() -> store.setPermissions("/p", malformed))
          .isInstanceOf(MidplaneException.class);
    }
    assertThatThrownBy(() -> store.setPermissions("/p")).hasMessageContaining("owner");
    assertThat(store.permissionsAsync("/p").toCompletableFuture().join()).hasSize(3);
  }

  @Test
  @DisplayName("XC20: values are any bytes: all 256, none, NULs at the end")
  void shouldKeepAnyBytes() {
    byte[] all = new byte[256];
    IntStream.range(0, 256).forEach(i -> all[i] = (byte) i);
    for (byte[] value : List.of(all, new byte[0], new byte[3], new byte[] {'a', 0, 0})) {
      store.write("/v", value);
      assertThat(store.read("/v")).isEqualTo(value);
    }
    store.write("/v", "grüße\t\n");
    assertThat(store.readText("/v")).isEqualTo("grüße\t\n");
    assertThat(store.readTextAsync("/v").toCompletableFuture().join()).isEqualTo("grüße\t\n");
  }

  @Test
  @DisplayName("XC21: the default of a read is for a missing node alone")
  void shouldUseTheDefaultForAMissingNodeAlone() {
    assertThat(store.readText("/none", "fallback")).isEqualTo("fallback");
    assertThat(store.read("/none", new byte[] {1})).containsExactly(1);
    assertThat(store.find("/none")).isEmpty();
    assertRefused(ErrorName.ENOENT, () -> store.read("/none"));
    assertThatThrownBy(() -> store.readText("/a//b", "fallback"))
        .isInstanceOf(MidplaneException.class);
    store.close();
    assertThatThrownBy(() -> store.readText("/none", "fallback"))
        .isInstanceOf(MidplaneException.class);
  }

  @Test
  @DisplayName("XC22: exists")
  void shouldSayWhetherANodeExists() {
    store.mkdir("/there/below");

    assertThat(store.exists("/there")).isTrue();
    assertThat(store.exists("/there/below")).isTrue();
    assertThat(store.exists("/there/not")).isFalse();
    assertThat(store.existsAsync("/there").toCompletableFuture().join()).isTrue();
    assertThat(store.existsAsync("/not").toCompletableFuture().join()).isFalse();
  }

  @Test
  @DisplayName("XC23: a node without children has an empty list")
  void shouldListNothingAsAnEmptyList() {
    store.mkdir("/empty");

    assertThat(store.list("/empty")).isEmpty();
    assertThat(store.listAsync("/empty").toCompletableFuture().join()).isEmpty();
    assertRefused(ErrorName.ENOENT, () -> store.list("/none"));
  }

  @Test
  @DisplayName("XC24: a list over 4096 bytes is whole")
  void shouldListMoreThanAMessageHolds() {
    Map<String, byte[]> values = new HashMap<>();
    IntStream.range(10_000, 11_500).forEach(i -> values.put("/big/n" + i, new byte[0]));
    store.writeAll(values);

    List<String> names = store.list("/big");

    assertThat(names).hasSize(1500).doesNotHaveDuplicates();
    assertThat(store.listAsync("/big").toCompletableFuture().join()).isEqualTo(names);
  }

  @Test
  @DisplayName("XC25: a walk goes top-down or bottom-up at every level")
  void shouldWalkBothWays() {
    for (String path : List.of("/w/a/x", "/w/a/y", "/w/b")) {
      store.write(path, path);
    }

    assertThat(store.walk("/w", WalkOrder.TOP_DOWN).map(WalkedNode::path))
        .containsExactly("/w", "/w/a", "/w/a/x", "/w/a/y", "/w/b");
    assertThat(store.walk("/w", WalkOrder.BOTTOM_UP).map(WalkedNode::path))
        .containsExactly("/w/a/x", "/w/a/y", "/w/a", "/w/b", "/w");
    assertThat(store.walk("/w", WalkOrder.TOP_DOWN).map(WalkedNode::text).filter(t -> !t.isEmpty()))
        .containsExactly("/w/a/x", "/w/a/y", "/w/b");
    assertThat(store.walk("/none", WalkOrder.TOP_DOWN)).isEmpty();
    assertThat(store.walk("/", WalkOrder.TOP_DOWN).map(WalkedNode::path)).contains("/", "/w/b");
  }

  @Test
  @DisplayName("XC25: what vanishes during a walk is left out")
  void shouldPassByWhatVanishes() {
    for (String path : List.of("/w/a/x", "/w/b/y", "/w/c")) {
      store.write(path, "v");
    }
    List<String> seen = new ArrayList<>();

    store
        .walk("/w", WalkOrder.TOP_DOWN)
        .forEach(node -> {
          seen.add(node.path());
          if (node.path().equals("/w/a")) {
            store.remove("/w/a");
            store.remove("/w/b");
          }
        });

    assertThat(seen).containsExactly("/w", "/w/a", "/w/c");
  }

  @Test
  @DisplayName("XC26: removing what is missing is no error below a parent that is there")
  void shouldRemove() {
    store.write("/r/a/b", "v");
    store.remove("/r/a");
    assertThat(store.exists("/r/a/b")).isFalse();
    store.remove("/r/a");
    store.removeAsync("/r/a").toCompletableFuture().join();
    assertRefused(ErrorName.ENOENT, () -> store.remove("/none/below"));
  }

  @Test
  @DisplayName("XC27: a quota keeps its name, where the server has one")
  void shouldKeepTheNameOfAQuota() {
    if (kind == XenStoreKind.OCAML) {
      assertRefused(ErrorName.E2BIG, () -> store.write("/v", new byte[3000]));
    } else { // no quota for a socket
      store.write("/v", new byte[3000]);
      assertThat(store.read("/v")).hasSize(3000);
    }
  }

  @Test
  @DisplayName("XC45: many requests are under way at once, and their answers complete")
  void shouldPipeline() {
    Map<String, byte[]> values = new HashMap<>();
    IntStream.range(0, 500)
        .forEach(
            i -> values.put("/many/" + i, Integer.toString(i).getBytes(StandardCharsets.UTF_8)));
    store.writeAll(values);
    List<String> paths = new ArrayList<>(values.keySet());
    paths.add("/many/none");

    Map<String, byte[]> read = store.readAll(paths);

    assertThat(read).hasSize(500);
    values.forEach((path, value) -> assertThat(read.get(path)).isEqualTo(value));
    var stages = paths.stream().map(path -> store.existsAsync(path).toCompletableFuture()).toList();
    assertThat(stages.stream().filter(CompletableFuture::join)).hasSize(500);
  }
}
