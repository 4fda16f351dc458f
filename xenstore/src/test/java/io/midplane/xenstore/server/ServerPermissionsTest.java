package io.midplane.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.wire.MessageType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerPermissionsTest {
  private XenStoreServer server;
  private Client client;
  private Client guest;

  @BeforeEach
  void start() {
    server = XenStoreServer.builder().domains(domain -> domain < 10).start();
    client = Client.of(server);
    client.ask(MessageType.INTRODUCE, "5|1|1|");
    client.ask(MessageType.INTRODUCE, "6|1|1|");
    guest = new Client(server.transport(new DomainId(5)));
    client.ask(MessageType.WRITE, "/local/domain/5|");
    client.ask(MessageType.SET_PERMS, "/local/domain/5|n5|");
    client.ask(MessageType.WRITE, "/local/domain/5/own|mine");
    client.ask(MessageType.SET_PERMS, "/local/domain/5/own|n5|");
    client.ask(MessageType.WRITE, "/other/x|secret");
  }

  @AfterEach
  void stop() {
    guest.close();
    client.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/tool|n0|r5| OK| n0|r5|",
        "/tool|n0|r0x10| OK| n0|r16|",
        "/tool|n0|b010| OK| n0|b8|",
        "/tool|n0|r-1| OK| n0|r-1|",
        "/tool|n0|r32757| OK| n0|r32757|",
        "/tool|n5| OK| n5|",
        "/tool|n32757| !ENOENT n0|",
        "/tool|n99| !ENOENT n0|",
        "/tool|n0|r99| OK| n0|r99|",
        "/tool| !EINVAL n0|",
        "/tool|n0 !EINVAL n0|",
        "/tool|x0| !EINVAL n0|",
        "/tool|n| !EINVAL n0|",
        "/tool|n0x| !EINVAL n0|",
        "/nope|n0| !ENOENT n0|",
        "@foo|n0| !ENOENT n0|",
      })
  @DisplayName("XS14: what SET_PERMS takes, and what GET_PERMS shows then")
  void shouldSetPermissions(String request, String answer, String shown) {
    assertThat(client.ask(MessageType.SET_PERMS, request)).isEqualTo(answer);
    assertThat(client.ask(MessageType.GET_PERMS, "/tool|")).isEqualTo(shown);
  }

  @Test
  @DisplayName("XS15: a new node has its parent's permissions; a guest owns what it makes")
  void shouldInherit() {
    client.ask(MessageType.SET_PERMS, "/other|n0|b5|r7|");
    client.ask(MessageType.WRITE, "/other/a|");
    guest.ask(MessageType.WRITE, "/other/b|");
    guest.ask(MessageType.WRITE, "/local/domain/5/own/c|");

    assertThat(client.ask(MessageType.GET_PERMS, "/other/a|")).isEqualTo("n0|b5|r7|");
    assertThat(client.ask(MessageType.GET_PERMS, "/other/b|")).isEqualTo("n5|b5|r7|");
    assertThat(guest.ask(MessageType.GET_PERMS, "own/c|")).isEqualTo("n5|");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "READ own| mine",
        "READ /other/x| !EACCES",
        "READ none| !ENOENT",
        "WRITE own|v OK|",
        "WRITE /other/x|v !EACCES",
        "WRITE new|v OK|",
        "MKDIR own| OK|",
        "MKDIR /other/x| !EACCES",
        "MKDIR new| OK|",
        "RM own| OK|",
        "RM /other/x| !EACCES",
        "RM none| OK|",
        "DIRECTORY /local/domain/5| own|",
        "DIRECTORY /other| !EACCES",
        "DIRECTORY none| !ENOENT",
        "GET_PERMS own| n5|",
        "GET_PERMS /other/x| !EACCES",
        "GET_PERMS none| !ENOENT",
        "SET_PERMS own|n5|r6| OK|",
        "SET_PERMS own|n6| !EPERM",
        "SET_PERMS /other/x|n5| !EACCES",
        "SET_PERMS none|n5| !ENOENT",
        "SET_PERMS @releaseDomain|n5| !EACCES",
        "WATCH own|t| OK|",
        "WATCH /other/x|t| OK|",
        "GET_DOMAIN_PATH 5| /local/domain/5|",
        "GET_FEATURE  12|",
        "GET_FEATURE 5| !EACCES",
        "CONTROL check| !EACCES",
        "INTRODUCE 7|1|1| !EACCES",
        "RELEASE 5| !EACCES",
        "IS_DOMAIN_INTRODUCED 5| !EACCES",
        "RESUME 5| !EACCES",
        "SET_TARGET 5|6| !EACCES",
        "GET_QUOTA  !EACCES",
        "SET_QUOTA nodes|5| !EACCES",
        "SET_FEATURE 7|4| !EACCES",
      })
  @DisplayName("XS16: what a guest may do with what is its own, another's or missing")
  void shouldKeepGuestsInTheirPlace(MessageType type, String payload, String answer) {
    assertThat(guest.ask(type, payload == null ? "" : payload)).isEqualTo(answer);
  }

  @Test
  @DisplayName("XS16: sockets and domain 0 may do everything")
  void shouldBypassTheChecksForDomainZero() {
    client.ask(MessageType.SET_PERMS, "/other/x|n5|");

    assertThat(client.ask(MessageType.READ, "/other/x|")).isEqualTo("secret");
    assertThat(client.ask(MessageType.WRITE, "/other/x|v")).isEqualTo("OK|");
    assertThat(client.ask(MessageType.SET_PERMS, "/other/x|n6|")).isEqualTo("OK|");
  }

  @Test
  @DisplayName("XS16: the target's rights come with it, until the target is gone")
  void shouldActAsTheTarget() {
    client.ask(MessageType.SET_PERMS, "/other/x|n6|");
    assertThat(guest.ask(MessageType.READ, "/other/x|")).isEqualTo("!EACCES");
    client.ask(MessageType.SET_TARGET, "5|6|");

    assertThat(guest.ask(MessageType.READ, "/other/x|")).isEqualTo("secret");
    client.ask(MessageType.RELEASE, "6|");
    client.ask(MessageType.WRITE, "/other/x|again");
    assertThat(guest.ask(MessageType.READ, "/other/x|")).isEqualTo("!EACCES");
  }

  @Test
  @DisplayName("XS17: below what it may not read, a guest does not learn what exists")
  void shouldHideWhatExists() {
    assertThat(guest.ask(MessageType.READ, "/other/missing/deep|")).isEqualTo("!EACCES");
    assertThat(guest.ask(MessageType.WRITE, "/other/missing|v")).isEqualTo("!EACCES");
    client.ask(MessageType.SET_PERMS, "/other|r0|");

    assertThat(guest.ask(MessageType.READ, "/other/missing/deep|")).isEqualTo("!ENOENT");
    assertThat(guest.ask(MessageType.READ, "/other/x|")).isEqualTo("!EACCES");
    assertThat(guest.ask(MessageType.WRITE, "/other/missing|v")).isEqualTo("!EACCES");
  }

  @Test
  @DisplayName("XS14: an entry for a domain that was unknown is shown, but means nothing for good")
  void shouldIgnoreUnknownDomainsForGood() {
    try (XenStoreServer few = XenStoreServer.builder().domains(domain -> domain == 5).start();
        Client control = Client.of(few)) {
      control.ask(MessageType.SET_PERMS, "/tool|n0|r6|r32757|");
      assertThat(control.ask(MessageType.GET_PERMS, "/tool|")).isEqualTo("n0|r6|r32757|");
      control.ask(MessageType.INTRODUCE, "5|1|1|");
      try (Client five = new Client(few.transport(new DomainId(5)))) {
        assertThat(five.ask(MessageType.READ, "/tool|")).isEmpty();
        control.ask(MessageType.SET_PERMS, "/tool|n0|r6|");
        assertThat(five.ask(MessageType.READ, "/tool|")).isEqualTo("!EACCES");
      }
    }
  }
}
