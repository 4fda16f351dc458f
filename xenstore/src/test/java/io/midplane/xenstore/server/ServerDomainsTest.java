package io.midplane.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.wire.MessageType;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerDomainsTest {
  private static final DomainId FIVE = new DomainId(5);

  private XenStoreServer server;
  private Client client;
  private Client watcher;

  @BeforeEach
  void start() {
    server = XenStoreServer.builder().domains(domain -> domain < 10).start();
    client = Client.of(server);
    watcher = Client.of(server);
  }

  @AfterEach
  void stop() {
    watcher.close();
    client.close();
    server.close();
  }

  private static void await(CompletionStage<?> stage) {
    stage.toCompletableFuture().join();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "INTRODUCE 5|1|2| OK|",
        "INTRODUCE 6|1|2| OK|",
        "INTRODUCE 0|1|2| OK|",
        "INTRODUCE 11|1|2| !EINVAL",
        "INTRODUCE 32752|1|2| !EINVAL",
        "INTRODUCE x|1|2| !EINVAL",
        "INTRODUCE 5|1|0| !EINVAL",
        "INTRODUCE 5|1| !EINVAL",
        "RELEASE 6| OK|",
        "RELEASE 7| !ENOENT",
        "RELEASE 0| !EINVAL",
        "RELEASE x| !EINVAL",
        "RESUME 6| OK|",
        "RESUME 7| !ENOENT",
        "RESUME 0| !EINVAL",
        "IS_DOMAIN_INTRODUCED 6| T|",
        "IS_DOMAIN_INTRODUCED 7| F|",
        "IS_DOMAIN_INTRODUCED 0| T|",
        "IS_DOMAIN_INTRODUCED 32752| T|",
        "IS_DOMAIN_INTRODUCED x| !EINVAL",
        "SET_TARGET 6|0| OK|",
        "SET_TARGET 6|7| !ENOENT",
        "SET_TARGET 7|6| !ENOENT",
        "SET_TARGET 6| !EINVAL",
        "GET_DOMAIN_PATH 7| /local/domain/7|",
        "GET_DOMAIN_PATH 65535| /local/domain/65535|",
        "GET_DOMAIN_PATH 65536| !EINVAL",
        "GET_DOMAIN_PATH -1| !EINVAL",
        "GET_DOMAIN_PATH 0x5| !EINVAL",
        "GET_FEATURE | 12|",
        "GET_FEATURE 6| 12|",
        "GET_FEATURE 11| !ENOENT",
        "SET_FEATURE 7|4| OK|",
        "SET_FEATURE 6|4| !EBUSY",
        "SET_FEATURE 7|2| !EINVAL",
      })
  @DisplayName("XS25, XS27: the requests about domains, with what is refused")
  void shouldAnswerAboutDomains(MessageType type, String payload, String answer) {
    client.ask(MessageType.INTRODUCE, "6|1|2|");

    assertThat(client.ask(type, payload)).isEqualTo(answer);
  }

  @Test
  @DisplayName("XS26: @introduceDomain fires at the first introduction, with a form for the domain")
  void shouldTellOfNewDomains() {
    watcher.ask(MessageType.WATCH, "@introduceDomain|t|");
    watcher.ask(MessageType.WATCH, "@introduceDomain|d|1|");
    watcher.ask(MessageType.WATCH, "@introduceDomain/6|six|");
    watcher.events();

    client.ask(MessageType.INTRODUCE, "5|1|2|");
    assertThat(watcher.events()).containsExactly("@introduceDomain|t|", "@introduceDomain/5|d|");
    client.ask(MessageType.INTRODUCE, "5|1|2|");
    client.ask(MessageType.INTRODUCE, "0|1|2|");
    assertThat(watcher.events()).isEmpty();
    client.ask(MessageType.INTRODUCE, "6|1|2|");
    assertThat(watcher.events())
        .containsExactly("@introduceDomain|t|", "@introduceDomain/6|d|", "@introduceDomain/6|six|");
  }

  @Test
  @DisplayName("XS26: @releaseDomain fires once for a shutdown until RESUME, and at the release")
  void shouldTellOfShutdownOnce() {
    client.ask(MessageType.INTRODUCE, "5|1|2|");
    watcher.ask(MessageType.WATCH, "@releaseDomain|t|");
    watcher.events();

    await(server.shutDownAsync(FIVE));
    await(server.shutDownAsync(FIVE));
    assertThat(watcher.events()).containsExactly("@releaseDomain|t|");
    client.ask(MessageType.RESUME, "5|");
    await(server.shutDownAsync(FIVE));
    assertThat(watcher.events()).containsExactly("@releaseDomain|t|");
    client.ask(MessageType.RELEASE, "5|");
    assertThat(watcher.events()).containsExactly("@releaseDomain|t|");
    assertThatThrownBy(() -> await(server.shutDownAsync(FIVE)))
        .cause()
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  @Test
  @DisplayName("XS26: guests hear of special events only if they are listed")
  void shouldTellListedGuestsOnly() {
    client.ask(MessageType.INTRODUCE, "5|1|2|");
    try (Client guest = new Client(server.transport(FIVE))) {
      guest.ask(MessageType.WATCH, "@introduceDomain|t|");
      guest.events();
      client.ask(MessageType.INTRODUCE, "6|1|2|");
      assertThat(guest.events()).isEmpty();

      assertThat(client.ask(MessageType.SET_PERMS, "@introduceDomain|n0|r5|")).isEqualTo("OK|");
      assertThat(guest.events()).containsExactly("@introduceDomain|t|");
      client.ask(MessageType.INTRODUCE, "7|1|2|");
      assertThat(guest.events()).containsExactly("@introduceDomain|t|");
      assertThat(guest.ask(MessageType.GET_PERMS, "@introduceDomain|")).isEqualTo("n0|r5|");
    }
  }

  @Test
  @DisplayName("XS26: a domain's nodes and entries go with it, their events before @releaseDomain")
  void shouldRemoveWhatADomainLeaves() {
    client.ask(MessageType.INTRODUCE, "5|1|2|");
    client.ask(MessageType.WRITE, "/local/domain/5/x|v");
    client.ask(MessageType.SET_PERMS, "/local/domain/5|n5|");
    client.ask(MessageType.SET_PERMS, "/tool|n0|r5|r6|");
    watcher.ask(MessageType.WATCH, "/local/domain/5|t|");
    watcher.ask(MessageType.WATCH, "/local/domain/5/x|t|");
    watcher.ask(MessageType.WATCH, "@releaseDomain|t|");
    watcher.events();

    try (Client guest = new Client(server.transport(FIVE))) {
      guest.ask(MessageType.READ, "x|");
      await(server.destroyAsync(FIVE));
      assertThat(guest.isEnded()).isTrue();
    }

    assertThat(watcher.events())
        .containsExactly("/local/domain/5/x|t|", "/local/domain/5|t|", "@releaseDomain|t|");
    assertThat(client.ask(MessageType.READ, "/local/domain/5|")).isEqualTo("!ENOENT");
    assertThat(client.ask(MessageType.GET_PERMS, "/tool|")).isEqualTo("n0|r6|");
    try (Client late = new Client(server.transport(FIVE))) {
      assertThat(late.isEnded()).isTrue();
    }
  }

  @Test
  @DisplayName("XS25: introducing again starts a guest's connections afresh")
  void shouldResetAGuest() {
    client.ask(MessageType.INTRODUCE, "5|1|2|");
    try (Client guest = new Client(server.transport(FIVE))) {
      guest.ask(MessageType.WATCH, "x|t|");
      int transaction = guest.begin();
      client.ask(MessageType.INTRODUCE, "5|1|2|");

      assertThat(guest.ask(MessageType.WATCH, "x|t|")).isEqualTo("OK|");
      assertThat(guest.commit(transaction)).isEqualTo("!ENOENT");
    }
  }

  @Test
  @DisplayName("XS24: the quotas, their names and nominal values, and how they are set")
  void shouldKnowItsQuotas() {
    assertThat(client.ask(MessageType.GET_QUOTA, "|"))
        .isEqualTo(
            "nodes watches outstanding memory transactions transaction-nodes node-permissions"
                + " path-max node-size|");
    assertThat(Stream.of(Quota.values()).map(Quota::nominal))
        .containsExactly(1000, 128, 20, 2_621_440, 10, 1024, 5, 2048, 2048);
    client.ask(MessageType.INTRODUCE, "5|1|2|");
    assertThat(client.ask(MessageType.GET_QUOTA, "nodes|")).isEqualTo("1000|");
    assertThat(client.ask(MessageType.SET_QUOTA, "5|nodes|7|")).isEqualTo("OK|");
    assertThat(client.ask(MessageType.GET_QUOTA, "5|nodes|")).isEqualTo("7|");
    assertThat(client.ask(MessageType.GET_QUOTA, "nodes|")).isEqualTo("1000|");
    assertThat(client.ask(MessageType.SET_QUOTA, "nodes|9|")).isEqualTo("OK|");
    assertThat(client.ask(MessageType.GET_QUOTA, "nodes|")).isEqualTo("9|");
    assertThat(client.ask(MessageType.GET_QUOTA, "none|")).isEqualTo("!EINVAL");
    assertThat(client.ask(MessageType.GET_QUOTA, "7|nodes|")).isEqualTo("!ENOENT");
    assertThat(client.ask(MessageType.SET_QUOTA, "nodes|x|")).isEqualTo("!EINVAL");
  }

  @Test
  @DisplayName("XS24: a guest gets what the quotas say and not one more; domain 0 is free")
  void shouldEnforceQuotas() {
    client.ask(MessageType.INTRODUCE, "5|1|2|");
    client.ask(MessageType.WRITE, "/local/domain/5|");
    client.ask(MessageType.SET_PERMS, "/local/domain/5|n5|");
    try (Client guest = new Client(server.transport(FIVE))) {
      for (int count = 0; count < 128; count++) {
        assertThat(guest.ask(MessageType.WATCH, "x|" + count + "|")).isEqualTo("OK|");
      }
      assertThat(guest.ask(MessageType.WATCH, "x|more|")).isEqualTo("!ENOSPC");
      assertThat(guest.ask(MessageType.WATCH, "x|0|")).isEqualTo("!EEXIST");
      for (int count = 0; count < 10; count++) {
        guest.begin();
      }
      assertThat(guest.ask(MessageType.TRANSACTION_START, "|")).isEqualTo("!ENOSPC");
      assertThat(guest.ask(MessageType.RESET_WATCHES, "|")).isEqualTo("OK|");

      for (int count = 1; count < 1000; count++) {
        String path = "d" + count % 10 + "/" + count;
        assertThat(guest.ask(MessageType.WRITE, count < 11 ? "d" + count % 10 + "|" : path + "|"))
            .isEqualTo("OK|");
      }
      assertThat(guest.ask(MessageType.MKDIR, "d1/more|")).isEqualTo("!ENOSPC");
      assertThat(guest.ask(MessageType.WRITE, "d1|v")).isEqualTo("OK|");
      assertThat(guest.ask(MessageType.RM, "d2|")).isEqualTo("OK|");
      assertThat(guest.ask(MessageType.MKDIR, "d1/more|")).isEqualTo("OK|");

      assertThat(guest.ask(MessageType.WRITE, "big|" + "x".repeat(2000))).isEqualTo("OK|");
      assertThat(guest.ask(MessageType.WRITE, "big|" + "x".repeat(2024))).isEqualTo("!ENOSPC");
      assertThat(guest.ask(MessageType.WRITE, "own|v")).isEqualTo("OK|");
      assertThat(guest.ask(MessageType.SET_PERMS, "own|n5|r1|r2|r3|r4|")).isEqualTo("OK|");
      assertThat(guest.ask(MessageType.SET_PERMS, "own|n5|r1|r2|r3|r4|r6|")).isEqualTo("!ENOSPC");
    }
    assertThat(client.ask(MessageType.CONTROL, "check|")).isEqualTo("OK|");
    assertThat(client.ask(MessageType.WRITE, "/big|" + "x".repeat(4000))).isEqualTo("OK|");
  }

  @Test
  @DisplayName("XS24: a transaction that touched too much can only be aborted")
  void shouldLimitWhatATransactionTouches() {
    client.ask(MessageType.INTRODUCE, "5|1|2|");
    client.ask(MessageType.SET_QUOTA, "transaction-nodes|3|");
    for (String name : List.of("a", "b", "c", "d")) {
      client.ask(MessageType.WRITE, "/local/domain/5/" + name + "|v");
      client.ask(MessageType.SET_PERMS, "/local/domain/5/" + name + "|n5|");
    }
    try (Client guest = new Client(server.transport(FIVE))) {
      int transaction = guest.begin();
      for (String path : List.of("a|", "b|", "c|")) {
        assertThat(guest.ask(MessageType.READ, transaction, path)).isEqualTo("v");
      }
      assertThat(guest.ask(MessageType.READ, transaction, "d|")).isEqualTo("!ENOSPC");
      assertThat(guest.commit(transaction)).isEqualTo("!ENOMEM");
    }
  }

  @Test
  @DisplayName("XS24: a guest with 20 replies unread waits with further requests, and loses none")
  void shouldLetABusyGuestWait() {
    client.ask(MessageType.INTRODUCE, "5|1|2|");
    try (Client guest = new Client(server.transport(FIVE))) {
      java.io.ByteArrayOutputStream many = new java.io.ByteArrayOutputStream();
      for (int id = 0; id < 1000; id++) {
        many.writeBytes(
            new io.midplane.xenstore.wire.Message(
                    MessageType.GET_DOMAIN_PATH, id, 0, Client.bytes("7|"))
                .toBytes());
      }
      guest.send(many.toByteArray());
      for (int id = 0; id < 1000; id++) {
        assertThat(guest.receive().requestId()).isEqualTo(id);
      }
    }
  }
}
