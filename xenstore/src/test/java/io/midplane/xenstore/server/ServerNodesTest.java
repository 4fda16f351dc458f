package io.midplane.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Texts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ServerNodesTest {
  private XenStoreServer server;
  private Client client;

  @BeforeEach
  void start() {
    server = XenStoreServer.start();
    client = Client.of(server);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private String write(String path, String value) {
    return client.ask(MessageType.WRITE, path + "|" + value);
  }

  private String read(String path) {
    return client.ask(MessageType.READ, path + "|");
  }

  @Test
  @DisplayName("XS37: what a fresh store has")
  void shouldComeWithTheNodesOfAHost() {
    assertThat(read("/tool/xenstored")).isEmpty();
    assertThat(read("/local/domain/0/name")).isEqualTo("Domain-0");
    assertThat(client.ask(MessageType.GET_PERMS, "/|")).isEqualTo("n0|");
  }

  @Test
  @DisplayName("XS9: paths that break a rule are EINVAL")
  void shouldRefuseWrongPaths() {
    for (String wrong :
        List.of(
            "", "//", "/a//b", "/a/", "a/", "/a b", "/a\n", "/\u00e4", "@introduceDomain", "@x")) {
      assertThat(read(wrong)).as(wrong).isEqualTo("!EINVAL");
      assertThat(write(wrong, "v")).as(wrong).isEqualTo("!EINVAL");
    }
    assertThat(write("/@foo", "v")).isEqualTo("OK|");
    assertThat(write("/", "root")).isEqualTo("OK|");
  }

  @Test
  @DisplayName("XS9: 2048 characters without the home prefix, 3072 in all")
  void shouldLimitTheLength() {
    assertThat(write("/" + "a".repeat(2047), "v")).isEqualTo("OK|");
    assertThat(write("/" + "a".repeat(2048), "v")).isEqualTo("!EINVAL");
    assertThat(write("/local/domain/5/" + "a".repeat(2048), "v")).isEqualTo("OK|");
    assertThat(write("/local/domain/5/" + "a".repeat(2049), "v")).isEqualTo("!EINVAL");
    assertThat(write("a".repeat(2048), "v")).isEqualTo("OK|");
    assertThat(write("a".repeat(2049), "v")).isEqualTo("!EINVAL");
    client.ask(MessageType.SET_QUOTA, "path-max|4000|");
    assertThat(write("/" + "a".repeat(3071), "v")).isEqualTo("OK|");
    assertThat(write("/" + "a".repeat(3072), "v")).isEqualTo("!EINVAL");
  }

  @Test
  @DisplayName("XS10: a socket's relative paths are those of domain 0")
  void shouldResolveRelativePaths() {
    write("rel/x", "v");

    assertThat(read("/local/domain/0/rel/x")).isEqualTo("v");
    assertThat(read("rel/x")).isEqualTo("v");
  }

  @Test
  @DisplayName("XS11: writing and mkdir make what is missing above")
  void shouldMakeAncestors() {
    assertThat(write("/a/b/c", "v")).isEqualTo("OK|");
    assertThat(read("/a/b")).isEmpty();
    assertThat(client.ask(MessageType.MKDIR, "/a/b/c|")).isEqualTo("OK|");
    assertThat(read("/a/b/c")).isEqualTo("v");
    assertThat(client.ask(MessageType.MKDIR, "/m/n|")).isEqualTo("OK|");
    assertThat(client.ask(MessageType.DIRECTORY, "/m|")).isEqualTo("n|");
    assertThat(client.ask(MessageType.DIRECTORY, "/m/n|")).isEmpty();
    assertThat(write("/a/b/c", "")).isEqualTo("OK|");
    assertThat(read("/a/b/c")).isEmpty();
  }

  @Test
  @DisplayName("XS11: removing takes the subtree; a missing node needs its parent; never the root")
  void shouldRemove() {
    write("/a/b/c", "v");

    assertThat(client.ask(MessageType.RM, "/a/b|")).isEqualTo("OK|");
    assertThat(read("/a/b/c")).isEqualTo("!ENOENT");
    assertThat(client.ask(MessageType.RM, "/a/b|")).isEqualTo("OK|");
    assertThat(client.ask(MessageType.RM, "/a/b/c|")).isEqualTo("!ENOENT");
    assertThat(client.ask(MessageType.RM, "/|")).isEqualTo("!EINVAL");
  }

  @Test
  @DisplayName("XS12: values hold all 256 bytes and fill the message")
  void shouldKeepAnyBytes() {
    byte[] all = new byte[256];
    for (int at = 0; at < 256; at++) {
      all[at] = (byte) at;
    }
    client.send(new Message(MessageType.WRITE, 1, 0, Texts.withValue("/v", all)));
    assertThat(Client.shown(client.receive())).isEqualTo("OK|");
    client.send(new Message(MessageType.READ, 2, 0, Texts.join("/v")));
    assertThat(client.receive().payload()).isEqualTo(all);

    assertThat(write("/big", "x".repeat(4091))).isEqualTo("OK|");
    assertThat(read("/big")).hasSize(4091);
  }

  @Test
  @DisplayName("XS13: a list over 4096 bytes is E2BIG, and comes by parts with its end mark")
  void shouldListByParts() {
    List<String> names = new ArrayList<>();
    for (int at = 0; at < 700; at++) {
      String name = String.format("name%04d", 999 - at);
      names.add(name);
      write("/d/" + name, "");
    }

    assertThat(client.ask(MessageType.DIRECTORY, "/d|")).isEqualTo("!E2BIG");
    String first = client.ask(MessageType.DIRECTORY_PART, "/d|0|");
    String generation = first.substring(0, first.indexOf('|') + 1);
    int fit = (4096 - generation.length() - 1) / 9;
    assertThat(first).isEqualTo(generation + joined(names.subList(0, fit)));
    assertThat(client.ask(MessageType.DIRECTORY_PART, "/d|" + fit * 9 + "|"))
        .isEqualTo(generation + joined(names.subList(fit, 700)) + "|");
    assertThat(client.ask(MessageType.DIRECTORY_PART, "/d|6300|")).isEqualTo(generation + "|");
    assertThat(client.ask(MessageType.DIRECTORY_PART, "/d|-1|")).isEqualTo(generation + "|");
    assertThat(client.ask(MessageType.DIRECTORY_PART, "/d|6295|")).isEqualTo(generation + "0300||");
    assertThat(client.ask(MessageType.DIRECTORY_PART, "/none|0|")).isEqualTo("!ENOENT");
    assertThat(client.ask(MessageType.DIRECTORY_PART, "/d|")).isEqualTo("!EINVAL");
    assertThat(client.ask(MessageType.DIRECTORY_PART, "/d|0|x|")).isEqualTo("!EINVAL");
  }

  private static String joined(List<String> names) {
    return String.join("|", names) + "|";
  }

  @Test
  @DisplayName("XS31: 20 000 children are listed by parts in order, and removed at once")
  void shouldHoldManyChildren() {
    List<String> names = new ArrayList<>();
    for (int at = 0; at < 20_000; at++) {
      names.add("n" + (at * 7919) % 20_000);
      write("/flat/" + names.getLast(), "x");
    }

    List<String> listed = new ArrayList<>();
    int offset = 0;
    while (true) {
      String part = client.ask(MessageType.DIRECTORY_PART, "/flat|" + offset + "|");
      String list = part.substring(part.indexOf('|') + 1);
      boolean last = list.endsWith("||") || list.equals("|");
      String body = last ? list.substring(0, list.length() - 1) : list;
      offset += body.length();
      if (!body.isEmpty()) {
        listed.addAll(Arrays.asList(body.split("\\|")));
      }
      if (last) {
        break;
      }
    }
    assertThat(listed).isEqualTo(names);
    assertThat(client.ask(MessageType.RM, "/flat|")).isEqualTo("OK|");
    assertThat(read("/flat/n0")).isEqualTo("!ENOENT");
  }
}
