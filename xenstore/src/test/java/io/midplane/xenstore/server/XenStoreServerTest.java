package io.midplane.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Permission;
import io.midplane.xenstore.wire.Permission.Right;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XenStoreServerTest {
  @TempDir Path folder;

  private static void assertRefused(ErrorCode code, Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(MidplaneException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  @DisplayName("XS35: the socket has mode 0600 and goes with the server; its folder is private")
  void shouldMakeAndRemoveItsSocket() throws Exception {
    Path socket = folder.resolve("new/run/socket");
    try (XenStoreServer server = XenStoreServer.builder().socket(socket).start()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())))
          .isEqualTo("rwx------");
      assertThat(server.socket()).contains(socket);
      try (var entries = Files.list(socket.getParent())) {
        assertThat(entries).containsExactly(socket);
      }
    }
    assertThat(socket).doesNotExist();
  }

  @Test
  @DisplayName("XS35: a path in use is refused, a stale socket replaced, anything else kept")
  void shouldReplaceStaleSocketsOnly() throws Exception {
    Path socket = folder.resolve("socket");
    try (XenStoreServer first = XenStoreServer.builder().socket(socket).start()) {
      assertRefused(
          ErrorCode.ALREADY_EXISTS, () -> XenStoreServer.builder().socket(socket).start());
      try (Client client = Client.at(socket)) {
        assertThat(client.ask(MessageType.READ, "/tool|")).isEmpty();
      }
      assertThat(first.socket()).contains(socket);
    }
    try (ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();
    try (XenStoreServer second = XenStoreServer.builder().socket(socket).start();
        Client client = Client.at(socket)) {
      assertThat(client.ask(MessageType.READ, "/tool|")).isEmpty();
      assertThat(second.socket()).contains(socket);
    }
    Path file = Files.writeString(folder.resolve("file"), "precious");
    assertRefused(ErrorCode.ALREADY_EXISTS, () -> XenStoreServer.builder().socket(file).start());
    assertThat(file).hasContent("precious");
  }

  @Test
  @DisplayName("XS35: a path over 107 bytes is named, and what was opened before is closed")
  void shouldRefuseALongPath() {
    Path socket = folder.resolve("socket");
    Path tooLong = folder.resolve("x".repeat(108));

    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        () -> XenStoreServer.builder().socket(socket).guest(new DomainId(5), tooLong).start());
    assertThat(socket).doesNotExist();
  }

  @Test
  @DisplayName("XS16: a guest's socket speaks as that guest")
  void shouldServeGuestsAtTheirSockets() {
    Path socket = folder.resolve("guest");
    try (XenStoreServer server = XenStoreServer.builder().guest(new DomainId(5), socket).start();
        Client control = Client.of(server);
        Client guest = Client.at(socket)) {
      control.ask(MessageType.WRITE, "/local/domain/5/name|five");
      control.ask(MessageType.SET_PERMS, "/local/domain/5/name|n5|");

      assertThat(guest.ask(MessageType.READ, "name|")).isEqualTo("five");
      assertThat(guest.ask(MessageType.READ, "/local/domain/0/name|")).isEqualTo("!EACCES");
      control.ask(MessageType.RELEASE, "5|");
      assertThat(guest.isEnded()).isTrue();
      try (Client late = Client.at(socket)) {
        assertThat(late.isEnded()).isTrue();
      }
      control.ask(MessageType.INTRODUCE, "5|1|1|");
      try (Client again = Client.at(socket)) {
        assertThat(again.ask(MessageType.GET_DOMAIN_PATH, "5|")).isEqualTo("/local/domain/5|");
      }
    }
  }

  @Test
  @DisplayName("XS29: 1500 idle connections are open, and one more is served")
  void shouldHoldIdleConnections() {
    Path socket = folder.resolve("socket");
    List<Client> idle = new ArrayList<>();
    try (XenStoreServer server = XenStoreServer.builder().socket(socket).start()) {
      for (int count = 0; count < 1500; count++) {
        idle.add(count % 2 == 0 ? Client.at(socket) : Client.of(server));
      }
      try (Client client = Client.at(socket)) {
        assertThat(client.ask(MessageType.READ, "/local/domain/0/name|")).isEqualTo("Domain-0");
      }
      assertThat(idle.getFirst().ask(MessageType.READ, "/tool|")).isEmpty();
    } finally {
      idle.forEach(Client::close);
    }
  }

  @Test
  @DisplayName("XS36: without a socket everything is the same")
  void shouldServeInProcess() {
    try (XenStoreServer server = XenStoreServer.start();
        Client client = Client.of(server)) {
      assertThat(server.socket()).isEmpty();
      assertThat(client.ask(MessageType.WRITE, "/a|v")).isEqualTo("OK|");
      String large = "x".repeat(4000);
      for (int count = 0; count < 100; count++) {
        client.send(
            new io.midplane.xenstore.wire.Message(
                MessageType.WRITE, count, 0, Client.bytes("/a|" + large)));
      }
      for (int count = 0; count < 100; count++) {
        assertThat(client.receive().requestId()).isEqualTo(count);
      }
      assertThat(client.ask(MessageType.READ, "/a|")).isEqualTo(large);
    }
  }

  @Test
  @DisplayName("XS36: the end of the server ends its connections")
  void shouldEndConnections() {
    XenStoreServer server = XenStoreServer.start();
    try (Client client = Client.of(server)) {
      client.ask(MessageType.READ, "/tool|");
      server.close();
      server.close();

      assertThat(client.isEnded()).isTrue();
      assertThatThrownBy(() -> server.statisticsAsync().toCompletableFuture().join())
          .cause()
          .isInstanceOfSatisfying(
              MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    }
  }

  @Test
  @DisplayName("XS38: a snapshot is data, and brings the tree back; every watch fires")
  void shouldRestoreASnapshot() {
    try (XenStoreServer server = XenStoreServer.start();
        Client client = Client.of(server)) {
      client.ask(MessageType.WRITE, "/z/a|1");
      client.ask(MessageType.WRITE, "/b|2");
      client.ask(MessageType.SET_PERMS, "/b|n0|r5|");
      StoreSnapshot snapshot = server.snapshot();
      client.ask(MessageType.RM, "/z|");
      client.ask(MessageType.WRITE, "/more|3");
      client.ask(MessageType.WATCH, "/none|t|");
      client.events();

      server.restoreAsync(snapshot).toCompletableFuture().join();

      assertThat(server.snapshot()).isEqualTo(snapshot);
      assertThat(client.events()).containsExactly("/none|t|");
      assertThat(client.ask(MessageType.DIRECTORY, "/|")).isEqualTo("tool|local|z|b|");
      assertThat(snapshot.entries())
          .contains(
              new StoreSnapshot.Entry(
                  "/b",
                  new byte[] {'2'},
                  List.of(Permission.of(Right.NONE, 0), Permission.of(Right.READ, 5))));
      assertThatThrownBy(() ->
              server
                  .restoreAsync(
                      new StoreSnapshot(
                          List.of(
                              new StoreSnapshot.Entry(
                                  "/a b", new byte[0], List.of(Permission.of(Right.NONE, 0))))))
                  .toCompletableFuture()
                  .join())
          .hasMessageContaining("0x20");
      assertThat(server.snapshot()).isEqualTo(snapshot);
    }
  }

  @Test
  @DisplayName("XS28: the control commands")
  void shouldTakeControlCommands() {
    try (XenStoreServer server = XenStoreServer.start();
        Client client = Client.of(server)) {
      assertThat(client.ask(MessageType.CONTROL, "check|")).isEqualTo("OK|");
      assertThat(client.ask(MessageType.CONTROL, "print|hello|")).isEqualTo("OK|");
      assertThat(client.ask(MessageType.CONTROL, "print|")).isEqualTo("!EINVAL");
      assertThat(client.ask(MessageType.CONTROL, "log|on|")).isEqualTo("OK|");
      assertThat(client.ask(MessageType.CONTROL, "log|off|")).isEqualTo("OK|");
      assertThat(client.ask(MessageType.CONTROL, "log|maybe|")).isEqualTo("!EINVAL");
      assertThat(client.ask(MessageType.CONTROL, "quota|"))
          .startsWith("Quota settings:\nnodes            :     1000 Nodes per domain\n");
      assertThat(client.ask(MessageType.CONTROL, "quota|set|nodes|12|")).isEqualTo("OK|");
      assertThat(client.ask(MessageType.GET_QUOTA, "nodes|")).isEqualTo("12|");
      assertThat(client.ask(MessageType.CONTROL, "quota|0|"))
          .startsWith("Domain 0:\nnodes           :        7\n");
      assertThat(client.ask(MessageType.CONTROL, "quota|5|")).isEqualTo("!ENOENT");
      assertThat(client.ask(MessageType.CONTROL, "help|")).contains("check\n");
      assertThat(client.ask(MessageType.CONTROL, "nonsense|")).isEqualTo("!EINVAL");
      assertThat(client.ask(MessageType.CONTROL, "")).isEqualTo("!EINVAL");
    }
  }

  @Test
  @DisplayName("XS40: the trace has each message in and out, and why a commit failed")
  void shouldTraceMessages() throws Exception {
    Path file = folder.resolve("trace");
    try (XenStoreServer server = XenStoreServer.builder().trace(file).start();
        Client client = Client.of(server)) {
      client.ask(MessageType.READ, "/local/domain/0/name|");
      int transaction = client.begin();
      client.ask(MessageType.READ, transaction, "/a|");
      client.ask(MessageType.WRITE, "/a|1");
      client.commit(transaction);
      client.ask(MessageType.CONTROL, "log|off|");
      client.ask(MessageType.READ, "/unseen|");
    }

    assertThat(Files.readString(file))
        .contains(
            "NEW connection 1 (in process, domain 0)",
            "IN  connection 1 (in process, domain 0) READ req=1 tx=0 /local/domain/0/name|",
            "OUT connection 1 (in process, domain 0) READ req=1 tx=0 Domain-0",
            "CONFLICT transaction 1 of connection 1: /a was created by connection 1 (in process")
        .doesNotContain("/unseen");
  }

  @Test
  @DisplayName("XS33: a node costs less than 400 bytes with 100 000 nodes")
  void shouldBeSmall() {
    try (XenStoreServer server = XenStoreServer.start();
        Client client = Client.of(server)) {
      long before = usedMemory();
      for (int count = 0; count < 100_000; count++) {
        String path = String.format("/load/d%05d/n%02d", count / 100, count % 100);
        client.ask(MessageType.WRITE, path + "|0123456789abcdef");
      }
      long each = (usedMemory() - before) / 101_001;

      System.out.println("bytes per node: " + each);
      assertThat(each).isLessThan(400);
    }
  }

  private static long usedMemory() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
