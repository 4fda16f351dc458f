package io.midplane.gateways.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Frame;
import io.midplane.gateways.wire.FrameCode;
import io.midplane.gateways.wire.FrameDecoder;
import io.midplane.gateways.wire.FrameWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An end that watches over another one, which is played by hand here. */
@Timeout(120)
class HeartbeatTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration INTERVAL = Duration.ofMillis(50);
  private static final int ALLOWED = 3;
  private static final int MOST_BYTES = 1 << 24;

  /** How the other side behaves. */
  private enum Peer {
    /** Answers what it is asked. */
    ANSWERS,
    /** Takes everything and says nothing: the fault that must be found. */
    SAYS_NOTHING,
    /** Takes nothing. */
    TAKES_NOTHING,
    /** Takes little by little and says nothing. */
    TAKES_SLOWLY
  }

  private static LinkSettings settings() {
    return LinkSettings.defaults()
        .withCredits(true)
        .withHeartbeat(INTERVAL, INTERVAL.multipliedBy(ALLOWED));
  }

  /** A coordinator's link, and the other side's ends of its streams. */
  private static final class Watched implements LinkListener, Closeable {
    private final Pipe down = Pipe.open();
    private final Pipe up = Pipe.open();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final CompletableFuture<String> silence = new CompletableFuture<>();
    private final List<byte[]> questions = new CopyOnWriteArrayList<>();
    private final AtomicInteger taken = new AtomicInteger();
    private final CountDownLatch readerMayGoOn = new CountDownLatch(1);
    private final CountDownLatch readerIsHeld = new CountDownLatch(1);
    private final CompletableFuture<Boolean> otherEnded = new CompletableFuture<>();
    private volatile Runnable whenSilent = () -> {};
    private final Link link;

    Watched(Peer peer) throws IOException {
      this(peer, null);
      link.watchOver(true, null);
    }

    /** One whose bytes another link carries; that one is not watched itself. */
    Watched(Peer peer, Link carrier) throws IOException {
      OutputStream out = Channels.newOutputStream(down.sink());
      link = new Link("gw0", Side.COORDINATOR, out, settings(), this, executor, Waits.any());
      InputStream in = Channels.newInputStream(up.source());
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            var unused = link.read(in);
          });
      if (peer != Peer.TAKES_NOTHING) {
        Thread.ofPlatform().daemon().start(() -> play(peer));
      }
      if (carrier != null) {
        link.watchOver(false, carrier);
      }
    }

    /** Takes everything from now on. */
    void release() {
      Thread.ofPlatform().daemon().start(() -> play(Peer.SAYS_NOTHING));
    }

    private void play(Peer peer) {
      FrameDecoder decoder = new FrameDecoder(MOST_BYTES, true);
      FrameWriter answers = new FrameWriter(Channels.newOutputStream(up.sink()));
      byte[] some = new byte[peer == Peer.TAKES_SLOWLY ? 1 << 13 : 1 << 16];
      try (InputStream in = Channels.newInputStream(down.source())) {
        for (int count = in.read(some); count >= 0; count = in.read(some)) {
          taken.addAndGet(count);
          ByteBuffer bytes = ByteBuffer.wrap(some, 0, count);
          for (Frame next = decoder.next(bytes); next != null; next = decoder.next(bytes)) {
            if (next.code() == FrameCode.HEARTBEAT) {
              questions.add(next.payload());
              if (peer == Peer.ANSWERS) {
                answers.write(new Frame(FrameCode.HEARTBEAT, 0, new byte[0]));
              }
            }
          }
          if (peer == Peer.TAKES_SLOWLY) {
            LockSupport.parkNanos(4_000_000);
          }
        }
      } catch (IOException closed) {
        // The test is over.
      }
    }

    /** Has the reader do something here that takes until it is told to go on. */
    void holdReader() throws Exception {
      new FrameWriter(Channels.newOutputStream(up.sink()))
          .write(new Frame(FrameCode.STATUS, 2, new byte[0]));
      readerIsHeld.await();
    }

    @Override
    public void silent(String how) {
      whenSilent.run();
      link.end(new LinkEnd(false, new MidplaneException(ErrorCode.CALLEE_DIED, how)));
      silence.complete(how);
    }

    @Override
    public Map<String, Object> status() {
      readerIsHeld.countDown();
      try {
        readerMayGoOn.await();
      } catch (InterruptedException over) {
        Thread.currentThread().interrupt();
      }
      return Map.of();
    }

    @Override
    public void execute(Channel channel, Object request) {
      channel.close("execution disallowed");
    }

    @Override
    public void warn(String line) {
      System.out.println(line);
    }

    @Override
    public void close() throws IOException {
      readerMayGoOn.countDown();
      down.sink().close();
      up.sink().close();
      executor.shutdownNow();
    }
  }

  @Test
  @DisplayName("G62 who answers is alive, however often it is asked")
  void shouldNotAccuseWhoAnswers() throws Exception {
    try (Watched watched = new Watched(Peer.ANSWERS)) {
      await().atMost(LONG).until(() -> watched.questions.size() > 5 * ALLOWED);

      assertThat(watched.silence.isDone()).isFalse();
      assertThat(watched.link.ended()).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({"SAYS_NOTHING", "TAKES_NOTHING"})
  @DisplayName("G62 who says nothing is dead after so many questions, and all who wait are told")
  void shouldFindWhoSaysNothing(Peer peer) throws Exception {
    try (Watched watched = new Watched(peer)) {
      Channel channel = watched.link.newChannel();
      CompletableFuture<Object> waits =
          CompletableFuture.supplyAsync(channel::receive, watched.executor);

      assertThat(watched.silence.get(60, TimeUnit.SECONDS))
          .matches("nothing came for [0-9.]+ s, in " + ALLOWED + " heartbeats");

      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> waits.get(60, TimeUnit.SECONDS))
          .withMessageContaining("nothing came for ");
      if (peer == Peer.SAYS_NOTHING) {
        assertThat(watched.questions).hasSizeGreaterThanOrEqualTo(ALLOWED);
        assertThat(watched.questions.getFirst()).isEqualTo(new byte[] {0, 0, 0, 50, 0, 0, 0, -106});
      }
    }
  }

  @Test
  @DisplayName("G62 a reader here that is busy hears nothing, and accuses nobody")
  void shouldNotCountWhatItDidNotListenTo() throws Exception {
    try (Watched watched = new Watched(Peer.SAYS_NOTHING);
        Watched clock = new Watched(Peer.SAYS_NOTHING)) {
      watched.holdReader();

      clock.silence.get(60, TimeUnit.SECONDS);

      assertThat(watched.silence.isDone()).isFalse();
      watched.readerMayGoOn.countDown();
      assertThat(watched.silence.get(60, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  @DisplayName("G62 a connection that takes bytes is slow, not dead")
  void shouldNotAccuseASlowConnection() throws Exception {
    try (Watched watched = new Watched(Peer.TAKES_SLOWLY);
        Watched clock = new Watched(Peer.SAYS_NOTHING)) {
      int size = 8 << 20;
      watched.link.newChannel().send(new byte[size]);

      clock.silence.get(60, TimeUnit.SECONDS);
      assertThat(watched.taken.get()).isLessThan(size);
      assertThat(watched.silence.isDone()).isFalse();

      await().atMost(LONG).until(() -> watched.taken.get() >= size);
      assertThat(watched.silence.isDone()).isFalse();
      assertThat(watched.silence.get(60, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  @DisplayName("G62 another thread may end the link at the moment when it is found silent")
  void shouldHoldNoLockWhileItTells() throws Exception {
    try (Watched watched = new Watched(Peer.SAYS_NOTHING)) {
      watched.whenSilent =
          () -> {
            Thread other =
                Thread.ofPlatform()
                    .daemon()
                    .start(() -> {
                      var unused = watched.link.end(new LinkEnd(false, null));
                    });
            try {
              watched.otherEnded.complete(other.join(LONG));
            } catch (InterruptedException interrupted) {
              watched.otherEnded.completeExceptionally(interrupted);
            }
          };

      assertThat(watched.otherEnded.get(100, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  @DisplayName("G62 an answer may wait behind what a gateway in between has under way")
  void shouldNotAccuseBehindABusyCarrier() throws Exception {
    try (Watched carrier = new Watched(Peer.TAKES_NOTHING, null);
        Watched carried = new Watched(Peer.SAYS_NOTHING, carrier.link);
        Watched clock = new Watched(Peer.SAYS_NOTHING)) {
      Channel busy = carrier.link.newChannel();
      carrier.executor.execute(() -> busy.send(new byte[1 << 19]));
      await().atMost(LONG).until(carrier.link::isBusy);

      clock.silence.get(60, TimeUnit.SECONDS);

      assertThat(carried.silence.isDone()).isFalse();
      carrier.release();
      assertThat(carried.silence.get(60, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  @DisplayName("G62 the interval and the silence are of a kind that can be kept")
  void shouldRefuseSettingsThatMakeNoSense() {
    LinkSettings settings = LinkSettings.defaults();
    for (List<Duration> pair :
        List.of(
            List.of(Duration.ofSeconds(-1), Duration.ofSeconds(1)),
            List.of(Duration.ofSeconds(2), Duration.ofSeconds(1)),
            List.of(Duration.ofSeconds(2), Duration.ofDays(2)))) {
      assertThatExceptionOfType(MidplaneException.class)
          .isThrownBy(() -> settings.withHeartbeat(pair.getFirst(), pair.getLast()))
          .withMessageStartingWith("heartbeat: ")
          .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }
    assertThat(settings.withHeartbeat(Duration.ZERO, Duration.ZERO).heartbeat()).isZero();
  }
}
