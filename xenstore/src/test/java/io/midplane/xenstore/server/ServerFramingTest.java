package io.midplane.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.UnixSocketTransport;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerFramingTest {
  @TempDir Path folder;
  private Path socket;
  private XenStoreServer server;
  private Client client;

  @BeforeEach
  void start() {
    socket = folder.resolve("socket");
    server = XenStoreServer.builder().socket(socket).start();
    client = Client.at(socket);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  @DisplayName("XS4: a request byte by byte, and two in one segment")
  void shouldTakeRequestsInAnyPieces() {
    byte[] read =
        new Message(MessageType.READ, 3, 0, Client.bytes("/local/domain/0/name|")).toBytes();
    for (byte value : read) {
      client.send(new byte[] {value});
    }
    assertThat(client.receive().text()).isEqualTo("Domain-0");

    byte[] two = Arrays.copyOf(read, 2 * read.length);
    System.arraycopy(read, 0, two, read.length, read.length);
    client.send(two);
    assertThat(client.receive().text()).isEqualTo("Domain-0");
    assertThat(client.receive().text()).isEqualTo("Domain-0");
  }

  @Test
  @DisplayName("XS4: half a request on one connection disturbs no other; XS8: replies in order")
  void shouldServeOthersWhileOneIsHalfWay() {
    try (Client half = Client.at(socket)) {
      half.send(new byte[] {2, 0, 0, 0, 1, 0});

      ByteArrayOutputStream many = new ByteArrayOutputStream();
      for (int id = 0; id < 200; id++) {
        many.writeBytes(new Message(MessageType.READ, id, 0, Client.bytes("/tool|")).toBytes());
      }
      client.send(many.toByteArray());

      for (int id = 0; id < 200; id++) {
        assertThat(client.receive()).isEqualTo(new Message(MessageType.READ, id, 0, new byte[0]));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4097, 1 << 20, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
  @DisplayName("XS5: a length over 4096 ends that connection and no other")
  void shouldCloseOnALengthOverTheBound(int length) {
    ByteBuffer header = ByteBuffer.allocate(16);
    Message.writeHeader(header, 2, 1, 0, length);
    try (Client wrong = Client.at(socket)) {
      wrong.send(header.array());

      assertThat(wrong.isEnded()).isTrue();
    }
    assertThat(client.ask(MessageType.READ, "/local/domain/0/name|")).isEqualTo("Domain-0");
  }

  @Test
  @DisplayName("XS6: unknown types are ENOSYS, and the connection lives")
  void shouldAnswerUnknownTypes() {
    for (int type : new int[] {15, 16, 20, 27, 128, 65535, -1}) {
      client.send(new Message(type, 9, 0, Client.bytes("/tool|")));

      Message reply = client.receive();
      assertThat(Client.shown(reply)).as("type %d", type).isEqualTo("!ENOSYS");
      assertThat(reply.requestId()).isEqualTo(9);
    }
    assertThat(client.ask(MessageType.READ, "/tool|")).isEmpty();
  }

  @Test
  @DisplayName("XS7: messages without payload are answered at once")
  void shouldAnswerEmptyMessages() {
    assertThat(client.ask(MessageType.RESET_WATCHES, "")).isEqualTo("OK|");
    assertThat(client.ask(MessageType.GET_FEATURE, "")).isEqualTo("12|");
    assertThat(client.ask(MessageType.READ, "")).isEqualTo("!EINVAL");
    assertThat(client.ask(MessageType.WRITE, "")).isEqualTo("!EINVAL");
    assertThat(client.ask(MessageType.TRANSACTION_START, "")).isEqualTo("1|");
  }

  @Test
  @DisplayName("XS8: ids are echoed, duplicates are fine")
  void shouldEchoIds() {
    for (int id : new int[] {0, 5, 5, 0xdeadbeef, -1}) {
      client.send(new Message(MessageType.READ, id, 0, Client.bytes("/nope|")));
      assertThat(client.receive())
          .isEqualTo(new Message(MessageType.ERROR, id, 0, Client.bytes("ENOENT|")));
    }
    client.send(new Message(MessageType.READ, 1, 77, Client.bytes("/tool|")));
    assertThat(client.receive())
        .isEqualTo(new Message(MessageType.ERROR, 1, 77, Client.bytes("ENOENT|")));
  }

  @Test
  @DisplayName("XS39: what was written before an immediate close is applied")
  void shouldApplyWhatCameBeforeTheEnd() throws Exception {
    for (int round = 0; round < 50; round++) {
      String path = "/closed/" + round;
      try (UnixSocketTransport quick = UnixSocketTransport.connect(socket)) {
        quick.write(
            ByteBuffer.wrap(
                new Message(MessageType.WRITE, 1, 0, Client.bytes(path + "|v")).toBytes()));
      }
      try (Client inside = Client.of(server)) {
        inside.send(new Message(MessageType.WRITE, 1, 0, Client.bytes(path + "i|v")));
      }
    }

    org.awaitility.Awaitility.await()
        .untilAsserted(() ->
            assertThat(client.ask(MessageType.DIRECTORY, "/closed|").split("\\|")).hasSize(100));
  }

  @RepeatedTest(20)
  @DisplayName("XS41: no stream of bytes stops the server or another connection")
  void shouldSurviveRandomBytes() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      try (Client wild = Client.at(socket)) {
        for (int message = 0; message < 20; message++) {
          wild.send(randomBytes(random));
        }
      } catch (java.io.UncheckedIOException closedByServer) {
        assertThat(closedByServer).isNotNull();
      }
    }

    assertThat(client.ask(MessageType.CONTROL, "check|")).isEqualTo("OK|");
  }

  private static byte[] randomBytes(Random random) {
    byte[] payload = new byte[random.nextInt(40)];
    random.nextBytes(payload);
    for (int at = 0; at < payload.length; at++) {
      if (random.nextInt(3) > 0) {
        payload[at] = (byte) "/ab@0|-n5rT".charAt(random.nextInt(11));
        payload[at] = payload[at] == '|' ? 0 : payload[at];
      }
    }
    if (random.nextInt(10) == 0) {
      return payload;
    }
    return new Message(random.nextInt(28), random.nextInt(), random.nextInt(3), payload).toBytes();
  }
}
