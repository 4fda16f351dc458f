package io.midplane.gateways.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Bytes;
import io.midplane.gateways.wire.FrameException;
import io.midplane.gateways.wire.Limits;
import io.midplane.gateways.wire.LoadException;
import io.midplane.gateways.wire.ValueCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an end makes of the bytes that come, in whatever pieces. */
@Timeout(60)
class LinkReaderTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int DATA = 4;

  private LinkPair pair;
  private Channel here;
  private Channel there;

  @BeforeEach
  void open() throws IOException {
    pair = new LinkPair(LinkSettings.defaults().withMaxQueued(4000));
    List<Channel> both = pair.channel();
    here = both.getFirst();
    there = both.getLast();
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
  }

  private static byte[] frame(int code, int channel, String payload) {
    byte[] bytes = HexFormat.of().parseHex(payload);
    return ByteBuffer.allocate(9 + bytes.length)
        .put((byte) code)
        .putInt(channel)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  /** One write of many items, so that they are read together. */
  private static byte[] items(int channel, int count) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      all.writeBytes(frame(DATA, channel, "46%08x51".formatted(i)));
    }
    return all.toByteArray();
  }

  @Test
  void shouldWakeAsManyAsItemsCameAtOnce() throws Exception {
    int readers = 7;
    List<Thread> waiting = new CopyOnWriteArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(readers)) {
      List<Future<Object>> received = new ArrayList<>();
      for (int i = 0; i < readers; i++) {
        received.add(
            threads.submit(() -> {
              waiting.add(Thread.currentThread());
              return there.receive(SOON);
            }));
      }
      await()
          .atMost(SOON)
          .until(() ->
              waiting.stream().filter(each -> each.getState() == Thread.State.TIMED_WAITING).count()
                  == readers);

      pair.inject(items(there.id(), readers));

      List<Object> all = new ArrayList<>();
      for (Future<Object> each : received) {
        all.add(each.get());
      }
      assertThat(all).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
    }
  }

  @Test
  void shouldDeliverWhatCameBeforeAnError() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(items(there.id(), 3));
    all.writeBytes(frame(DATA, there.id(), "3f51"));
    pair.inject(all.toByteArray());

    assertThat(IntStream.range(0, 3).mapToObj(i -> there.receive(SOON)).toList())
        .containsExactly(0, 1, 2);
    assertThatExceptionOfType(LoadException.class).isThrownBy(() -> there.receive(SOON));
  }

  @Test
  void shouldRefuseMoreThanTheLimitAlsoOfItemsThatCameAtOnce() throws IOException {
    int most = 4000 / (6 + 32) + 1;
    pair.inject(items(there.id(), 1000));
    await().atMost(SOON).until(there::isClosed);

    for (int i = 0; i < most; i++) {
      assertThat(there.receive(SOON)).isEqualTo(i);
    }
    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(() -> there.receive(SOON))
        .withMessageContaining("more than 4000 bytes wait for a reader");
  }

  @Test
  @DisplayName("G33: what comes late for a channel is ignored; a late error is shown")
  void shouldIgnoreWhatComesLate() throws IOException {
    pair.inject(HexFormat.of().parseHex("040000004100000006460000000151")); // DATA on 65
    pair.inject(HexFormat.of().parseHex("050000004100000000")); // CLOSE on 65
    pair.inject(
        HexFormat.of().parseHex("0600000041000000074e00000001" + "7851")); // CLOSE_ERROR "x"
    here.send(1);

    assertThat(there.receive(SOON)).isEqualTo(1);
    assertThat(pair.warnings()).containsExactly("Warning: unhandled RemoteError: x");
  }

  @Test
  @DisplayName("G32: an error that is no text, which execnet 2 sends, ends its channel only")
  void shouldTakeAnErrorThatIsNoText() throws IOException {
    Channel other = pair.worker.channel(pair.coordinator.newChannel().id());
    pair.inject(frame(6, there.id(), "460000000751")); // CLOSE_ERROR 7
    pair.inject(frame(4, other.id(), "460000000851")); // DATA 8

    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(() -> there.receive(SOON))
        .withMessage("7");
    assertThat(other.receive(SOON)).isEqualTo(8);
  }

  @Test
  @DisplayName("G19: an item that is no value ends the gateway, and who waits knows where it broke")
  void shouldSayWhatIsNoValue() throws IOException {
    pair.inject(frame(4, there.id(), "3f51"));

    assertThatExceptionOfType(LoadException.class)
        .isThrownBy(() -> there.receive(SOON))
        .withMessageContaining("offset 0: opcode: 0x3f");
  }

  @Test
  @DisplayName("G11: bytes that are no frame end the gateway, and everybody who waits knows why")
  void shouldEndWithBytesThatAreNoFrame() throws Exception {
    AtomicBoolean woken = new AtomicBoolean();
    Thread waiter =
        Thread.ofVirtual()
            .start(() -> {
              try {
                there.waitClose();
              } catch (FrameException expected) {
                woken.set(expected.offset() == 0 && expected.frameCode() == 11);
              }
            });

    pair.inject(HexFormat.of().parseHex("0B0000000100000000"));

    assertThatExceptionOfType(FrameException.class)
        .isThrownBy(() -> there.receive())
        .withMessage("frame at offset 0, code 11: unknown code (expected: 0 to 7)");
    waiter.join();
    assertThat(woken).isTrue();
    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> pair.worker.newChannel())
        .withMessageStartingWith("gw0-worker: connection already closed: frame at offset 0");
  }

  @Test
  @DisplayName("G29: the end of the stream is the end of every channel")
  void shouldEndWithTheStream() throws IOException {
    List<Object> got = new CopyOnWriteArrayList<>();
    Channel called = pair.worker.newChannel();
    called.setCallback(got::add, () -> got.add("end"));
    here.send(1);

    pair.cutDown();

    assertThat(there.receive()).isEqualTo(1);
    assertThatExceptionOfType(EndOfChannelException.class).isThrownBy(() -> there.receive());
    called.waitClose(SOON);
    assertThat(got).containsExactly("end");
    assertThat(pair.worker.ended()).isEqualTo(new LinkEnd(false, null));
  }

  @Test
  @DisplayName("G26: a callback gets all and its end, though no credits can be given back")
  void shouldEndACallbackWhereTheOtherWayIsBroken() throws Exception {
    int count = 1000;
    byte[] item = new ValueCodec(Limits.defaults()).encode(Bytes.of(new byte[2000]));
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            throw new IOException("broken");
          }
        };
    Pipe pipe = Pipe.open();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        OutputStream in = Channels.newOutputStream(pipe.sink())) {
      LinkSettings settings = LinkSettings.defaults().withCredits(true);
      Link link =
          new Link("gw0", Side.COORDINATOR, broken, settings, new Nobody(), threads, Waits.any());
      Channel channel = link.newChannel();
      AtomicInteger got = new AtomicInteger();
      CountDownLatch ended = new CountDownLatch(1);
      channel.setCallback(each -> got.incrementAndGet(), ended::countDown);
      threads.execute(() -> {
        var unused = link.read(Channels.newInputStream(pipe.source()));
      });

      for (int i = 0; i < count; i++) {
        in.write(frame(DATA, channel.id(), HexFormat.of().formatHex(item)));
      }
      in.close();

      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(got).hasValue(count);
    }
  }

  /** Runs nothing for the other side. */
  private static final class Nobody implements LinkListener {
    @Override
    public void execute(Channel channel, Object request) {
      channel.close();
    }

    @Override
    public Map<String, Object> status() {
      return Map.of();
    }

    @Override
    public void warn(String line) {}
  }
}
