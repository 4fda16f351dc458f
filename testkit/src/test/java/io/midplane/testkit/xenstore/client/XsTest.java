package io.midplane.testkit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.XenStoreException;
import io.midplane.xenstore.xs.Xs;
import io.midplane.xenstore.xs.XsEvent;
import io.midplane.xenstore.xs.XsPermission;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("XC43: the twenty methods of the C binding and their returns")
class XsTest extends ClientSpec {
  private Xs xs;

  @BeforeEach
  void open() {
    xs = new Xs(connect());
  }

  @AfterEach
  void close() {
    try {
      xs.close();
    } catch (XenStoreException e) {
      assertThat(e.errorName()).isEqualTo(ErrorName.EINVAL); // the test closed it
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertRefused(ErrorName name, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            XenStoreException.class, e -> assertThat(e.errorName()).isEqualTo(name));
  }

  @Test
  @DisplayName("XC43: read, write, ls, mkdir, rm: null for what is missing, no error from rm")
  void shouldHandleNodes() {
    xs.write("0", "/a/b", bytes("v"));
    xs.mkdir("", "/a/c");

    assertThat(xs.read("0", "/a/b")).isEqualTo(bytes("v"));
    assertThat(xs.read("0", "/none")).isNull();
    assertThat(xs.ls("0", "/a")).containsExactlyInAnyOrder("b", "c");
    assertThat(xs.ls("0", "/none")).isNull();
    xs.rm("0", "/a");
    xs.rm("0", "/a");
    xs.rm("0", "/none/below/none");
    assertThat(xs.ls("0", "/a")).isNull();
  }

  @Test
  @DisplayName("XC43: permissions are entries; an owner is put before a first entry with rights")
  void shouldHandlePermissions() {
    xs.mkdir("0", "/p");
    xs.setPermissions(
        "0", "/p", List.of(new XsPermission(0, false, false), new XsPermission(5, true, true)));
    assertThat(xs.getPermissions("0", "/p"))
        .containsExactly(new XsPermission(0, false, false), new XsPermission(5, true, true));

    xs.setPermissions("0", "/p", List.of(new XsPermission(7, true, false)));
    assertThat(xs.getPermissions("0", "/p"))
        .containsExactly(new XsPermission(0, false, false), new XsPermission(7, true, false));
    assertThat(xs.getPermissions("0", "/none")).isNull();
  }

  @Test
  @DisplayName("XC43: transactions have hexadecimal handles; their end is True, or False at EAGAIN")
  void shouldHandleTransactions() {
    String last = "";
    for (int i = 0; i < 10; i++) {
      last = xs.transactionStart();
      assertThat(xs.transactionEnd(last, true)).isTrue();
    }
    assertThat(last).matches("[0-9A-F]+");
    assertThat(Integer.parseInt(last, 16)).isGreaterThanOrEqualTo(10);
    String handle = xs.transactionStart();
    xs.write(handle, "/t", bytes("v"));
    assertThat(xs.read("0", "/t")).isNull();
    assertThat(xs.transactionEnd(handle)).isTrue();
    assertThat(xs.read("0", "/t")).isEqualTo(bytes("v"));

    String losing = xs.transactionStart();
    assertThat(xs.read(losing, "/t")).isNotNull();
    xs.write(losing, "/t", bytes("mine"));
    xs.write("0", "/t", bytes("theirs"));
    assertThat(xs.transactionEnd(losing)).isFalse();
    assertThatThrownBy(() -> xs.transactionEnd(losing)).isInstanceOf(XenStoreException.class);
    assertRefused(ErrorName.EINVAL, () -> xs.read("no number", "/t"));
  }

  @Test
  @DisplayName("XC43: tokens are any objects, kept by identity; removed ones are skipped")
  void shouldHandleWatches() throws Exception {
    Object token = new Object();
    xs.watch("/w", token);
    assertRefused(ErrorName.EEXIST, () -> xs.watch("/w", token));
    assertThat(xs.readWatch()).isEqualTo(new XsEvent("/w", token));
    assertThat(xs.checkWatch()).isNull();
    try (Selector selector = Selector.open()) {
      xs.fileno().register(selector, SelectionKey.OP_READ);
      xs.write("0", "/w/x", bytes("v"));
      assertThat(selector.select(30_000)).isEqualTo(1);
    }
    XsEvent event = xs.checkWatch();
    assertThat(event).isNotNull();
    assertThat(event.token()).isSameAs(token);
    assertThat(event.path()).isEqualTo("/w/x");

    xs.write("0", "/w/x", bytes("v"));
    xs.unwatch("/w", token);
    assertThat(xs.checkWatch()).isNull();
    assertRefused(ErrorName.ENOENT, () -> xs.unwatch("/w", token));
  }

  @Test
  @DisplayName("XC43: domains; a closed handle answers EINVAL")
  void shouldHandleDomains() {
    assertThat(xs.getDomainPath(3)).isEqualTo("/local/domain/3");
    server.introduce(3);
    xs.setTarget(3, 0);
    xs.resumeDomain(3);
    xs.releaseDomain(3);
    server.create(4);
    xs.introduceDomain(4, 1, 1004);
    xs.releaseDomain(4);

    xs.close();
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> xs.read("0", "/a"),
            () -> xs.watch("/a", "t"),
            xs::transactionStart,
            xs::readWatch,
            xs::fileno,
            () -> xs.getDomainPath(3),
            xs::close)) {
      assertRefused(ErrorName.EINVAL, call);
    }
  }
}
