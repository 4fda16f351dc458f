package io.midplane.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerRingTest {
  @TempDir Path folder;
  private XenStoreServer server;
  private Client client;
  private Ring ring;

  @BeforeEach
  void start() throws Exception {
    server = XenStoreServer.builder().machine(folder).start();
    client = Client.of(server);
    ring = new Ring(5);
    assertThat(client.ask(MessageType.INTRODUCE, "5|1|1|")).isEqualTo("OK|");
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  /** A guest's end of the ring: it looks at its page until something is there. */
  private final class Ring implements Transport {
    private final int domain;
    private final MappedByteBuffer page;

    Ring(int domain) throws IOException {
      this.domain = domain;
      try (FileChannel file =
          FileChannel.open(
              folder.resolve("dom" + domain + ".page"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        page = file.map(FileChannel.MapMode.READ_WRITE, 0, 4096);
        page.order(ByteOrder.LITTLE_ENDIAN);
      }
    }

    @Override
    public int read(ByteBuffer into, long timeoutNanos) throws IOException {
      long deadline = System.nanoTime() + timeoutNanos;
      while (page.getInt(2060) == page.getInt(2056)) {
        if (page.getInt(2072) != 0) {
          return -1;
        }
        if (System.nanoTime() > deadline) {
          return 0;
        }
        LockSupport.parkNanos(100_000);
      }
      int count = 0;
      for (int at = page.getInt(2056); at != page.getInt(2060) && into.hasRemaining(); at++) {
        into.put(page.get(1024 + (at & 1023)));
        page.putInt(2056, at + 1);
        count++;
      }
      kick(1000 + domain);
      return count;
    }

    @Override
    public void write(ByteBuffer... from) throws IOException {
      for (ByteBuffer buffer : from) {
        while (buffer.hasRemaining()) {
          int produced = page.getInt(2052);
          if (produced - page.getInt(2048) < 1024) {
            page.put(produced & 1023, buffer.get());
            page.putInt(2052, produced + 1);
          } else {
            kick(1000 + domain);
            LockSupport.parkNanos(100_000);
          }
        }
      }
      kick(1000 + domain);
    }

    @Override
    public void wakeup() {}

    @Override
    public void close() {}
  }

  private void kick(int port) {
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(port).flip();
    try (FileChannel pipe =
        FileChannel.open(folder.resolve("evtchn.fifo"), StandardOpenOption.WRITE)) {
      pipe.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @DisplayName("XS16: a guest speaks through its ring, replies longer than the ring included")
  void shouldServeARing() {
    client.ask(MessageType.WRITE, "/local/domain/5/long|" + "x".repeat(2000));
    client.ask(MessageType.SET_PERMS, "/local/domain/5/long|n5|");
    Client guest = new Client(ring);

    assertThat(guest.ask(MessageType.READ, "long|")).isEqualTo("x".repeat(2000));
    assertThat(guest.ask(MessageType.WRITE, "long|" + "y".repeat(1900))).isEqualTo("OK|");
    assertThat(guest.ask(MessageType.READ, "/tool|")).isEqualTo("!EACCES");
    assertThat(client.ask(MessageType.READ, "/local/domain/5/long|")).isEqualTo("y".repeat(1900));
  }

  @Test
  @DisplayName("XS26: a guest that shuts down, then one that is gone")
  void shouldLookAtTheGuests() throws Exception {
    client.ask(MessageType.WATCH, "@releaseDomain|t|");
    client.events();

    Files.writeString(folder.resolve("dom5.state"), "shutdown");
    kick(1);
    Awaitility.await()
        .untilAsserted(() -> assertThat(client.events()).isEqualTo(List.of("@releaseDomain|t|")));
    Files.delete(folder.resolve("dom5.page"));
    kick(1);
    Awaitility.await()
        .untilAsserted(() -> assertThat(client.events()).isEqualTo(List.of("@releaseDomain|t|")));

    assertThat(client.ask(MessageType.IS_DOMAIN_INTRODUCED, "5|")).isEqualTo("F|");
    assertThat(client.ask(MessageType.INTRODUCE, "5|1|1|")).isEqualTo("!EINVAL");
  }

  @Test
  @DisplayName("XS5: a ring with a length over 4096 or impossible indices is told and left alone")
  void shouldLeaveABrokenRing() {
    ByteBuffer header = ByteBuffer.allocate(16);
    Message.writeHeader(header, 2, 1, 0, 5000);
    Client guest = new Client(ring);
    guest.send(header.array());
    Awaitility.await().untilAsserted(() -> assertThat(ring.page.getInt(2072)).isEqualTo(3));

    assertThat(client.ask(MessageType.INTRODUCE, "5|1|1|")).isEqualTo("OK|");
    assertThat(ring.page.getInt(2072)).isZero();
    assertThat(new Client(ring).ask(MessageType.GET_DOMAIN_PATH, "5|"))
        .isEqualTo("/local/domain/5|");

    ring.page.putInt(2052, ring.page.getInt(2048) + 2000);
    kick(1005);
    Awaitility.await().untilAsserted(() -> assertThat(ring.page.getInt(2072)).isEqualTo(2));
    assertThat(client.ask(MessageType.READ, "/tool|")).isEmpty();
  }
}
