package io.midplane.gateways.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both ends of a channel wait for each other: refused, reported, or left alone. */
@Timeout(120)
class BothWaitTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration AT_ONCE = Duration.ofMillis(1);
  private static final int CONVERSATIONS = 3000;
  private static final int LONGEST = 12;
  private static final int LARGE = 1 << 19;

  private static <T> Future<T> begin(Callable<T> code) {
    FutureTask<T> task = new FutureTask<>(code);
    Thread.ofVirtual().name("far-task").start(task);
    return task;
  }

  private static Object wait(Channel channel, String how) {
    if (how.equals("waitClose")) {
      channel.waitClose();
      return "closed";
    }
    while (how.equals("send")) {
      channel.send(new byte[LARGE]);
    }
    return channel.receive();
  }

  @ParameterizedTest
  @CsvSource({
    "receive, receive",
    "receive, waitClose",
    "waitClose, receive",
    "waitClose, waitClose",
    "send, send",
    "send, waitClose",
    "waitClose, send"
  })
  @DisplayName("G56 two confined ends that wait for each other: the coordinator's wait is refused")
  void shouldRefuseTheWaitOfTheCoordinator(String here, String there) throws Exception {
    try (LinkPair pair = new LinkPair(AT_ONCE)) {
      List<Channel> both = pair.channel();
      Future<Object> far = begin(() -> wait(both.getLast().confine(), there));
      Channel near = both.getFirst().confine();

      assertThatExceptionOfType(MidplaneException.class)
          .isThrownBy(() -> wait(near, here))
          .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.DEADLOCK_DETECTED));

      assertThat(far.isDone()).isFalse();
      if (there.equals("receive")) {
        near.send("go on");
        assertThat(far.get(30, TimeUnit.SECONDS)).isEqualTo("go on");
      }
      near.close();
      if (there.equals("send")) {
        assertThatExceptionOfType(ExecutionException.class)
            .isThrownBy(() -> far.get(30, TimeUnit.SECONDS))
            .withMessageContaining("cannot send to <Channel id=");
      } else {
        assertThat(far.get(30, TimeUnit.SECONDS)).isNotNull();
      }
      assertThat(pair.reports()).isEmpty();
    }
  }

  @Test
  @DisplayName("G56 who was refused a send takes what came, and the other goes on")
  void shouldLetBothGoOnAfterARefusedSend() throws Exception {
    try (LinkPair pair = new LinkPair(AT_ONCE)) {
      List<Channel> both = pair.channel();
      int items = 5;
      Future<Integer> far =
          begin(() -> {
            Channel channel = both.getLast().confine();
            for (int i = 0; i < items; i++) {
              channel.send(new byte[LARGE]);
            }
            int taken = 0;
            while (channel.receive() instanceof Bytes) {
              taken++;
            }
            return taken;
          });
      Channel near = both.getFirst().confine();
      int sent = 0;
      try {
        while (sent < items) {
          near.send(new byte[LARGE]);
          sent++;
        }
      } catch (MidplaneException refused) {
        assertThat(refused.code()).isEqualTo(ErrorCode.DEADLOCK_DETECTED);
      }

      assertThat(sent).isLessThan(items);
      for (int i = 0; i < items; i++) {
        assertThat(near.receive()).isInstanceOf(Bytes.class);
      }
      near.send("over");
      assertThat(far.get(30, TimeUnit.SECONDS)).isEqualTo(sent);
    }
  }

  @Test
  @DisplayName("G57 threads that send and others that take: nothing is refused, all of it arrives")
  void shouldNotRefuseASenderWhoseItemsOthersTake() throws Exception {
    try (LinkPair pair = new LinkPair(AT_ONCE)) {
      List<Channel> both = pair.channel();
      int items = 40;
      List<Future<Object>> all = new ArrayList<>();
      for (Channel each : both) {
        all.add(
            begin(() -> {
              for (int i = 0; i < items; i++) {
                each.send(new byte[LARGE]);
              }
              return "sent";
            }));
        all.add(
            begin(() -> {
              for (int i = 0; i < items; i++) {
                LockSupport.parkNanos(2_000_000);
                each.receive();
              }
              return "taken";
            }));
      }

      for (Future<Object> each : all) {
        assertThat(each.get(60, TimeUnit.SECONDS)).isNotNull();
      }
      assertThat(pair.reports()).noneMatch(BothWait::likely);
    }
  }

  @Test
  @DisplayName("G57 ends that are not confined: reported once, never refused")
  void shouldReportWhereAnotherThreadMayEndIt() throws Exception {
    try (LinkPair pair = new LinkPair(AT_ONCE)) {
      CompletableFuture<List<Channel>> made = new CompletableFuture<>();
      Future<Object> near =
          begin(() -> {
            List<Channel> ends = pair.channel();
            made.complete(ends);
            return ends.getFirst().receive();
          });
      List<Channel> both = made.get(30, TimeUnit.SECONDS);
      Future<Object> far = begin(() -> both.getLast().confine().receive());
      await().atMost(SOON).until(() -> pair.reports().size() == 1);

      both.getFirst().send("from another thread");

      assertThat(far.get(30, TimeUnit.SECONDS)).isEqualTo("from another thread");
      assertThat(near.isDone()).isFalse();
      Future<Object> again = begin(() -> both.getLast().receive());
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(again::get)
          .withMessageContaining("confined to another thread");
      both.getFirst().close();
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(near::get)
          .withCauseInstanceOf(EndOfChannelException.class);
      assertThat(pair.reports())
          .singleElement()
          .extracting(BothWait::thread, BothWait::otherOperation, BothWait::likely)
          .containsExactly("thread far-task", "receive", true);
    }
  }

  @Test
  @DisplayName("G57 an end that several threads use is no likely deadlock")
  void shouldCallAWaitOfManyThreadsPossible() throws Exception {
    try (LinkPair pair = new LinkPair(AT_ONCE)) {
      List<Channel> both = pair.channel();
      both.getFirst().send("question");
      Future<Object> near = begin(() -> both.getFirst().receive());
      assertThat(both.getLast().receive()).isEqualTo("question");
      Future<Object> far = begin(() -> both.getLast().receive());

      await().atMost(SOON).until(() -> pair.reports().size() == 1);

      assertThat(pair.reports().getFirst().likely()).isFalse();
      both.getFirst().send("more");
      both.getLast().send("answer");
      assertThat(far.get(30, TimeUnit.SECONDS)).isEqualTo("more");
      assertThat(near.get(30, TimeUnit.SECONDS)).isEqualTo("answer");
    }
  }

  @Test
  @DisplayName("G56 a wait with a timeout ends by itself")
  void shouldLeaveAWaitWithATimeoutAlone() throws Exception {
    try (LinkPair pair = new LinkPair(AT_ONCE)) {
      List<Channel> both = pair.channel();
      Future<Object> far = begin(() -> both.getLast().confine().receive());
      Channel near = both.getFirst().confine();

      assertThatExceptionOfType(MidplaneException.class)
          .isThrownBy(() -> near.receive(Duration.ofMillis(200)))
          .satisfies(late -> assertThat(late.code()).isEqualTo(ErrorCode.TIMED_OUT));

      near.send("still there");
      assertThat(far.get(30, TimeUnit.SECONDS)).isEqualTo("still there");
    }
  }

  @Test
  @DisplayName("G58 a confined channel is its thread's alone")
  void shouldRefuseOtherThreads() throws Exception {
    try (LinkPair pair = new LinkPair(AT_ONCE)) {
      Channel channel = pair.channel().getFirst().confine();
      List<Runnable> uses =
          List.of(
              () -> channel.send(1),
              () -> channel.receive(Duration.ZERO),
              () -> channel.waitClose(Duration.ZERO),
              channel::closeOutput,
              channel::close,
              channel::confine);

      for (Runnable use : uses) {
        CompletableFuture<ErrorCode> code = new CompletableFuture<>();
        Thread.ofVirtual()
            .start(() -> {
              try {
                use.run();
                code.complete(ErrorCode.INTERNAL);
              } catch (MidplaneException refused) {
                code.complete(refused.code());
              }
            });
        assertThat(code.get(30, TimeUnit.SECONDS)).isEqualTo(ErrorCode.NOT_ALLOWED);
      }
      for (Runnable use :
          List.<Runnable>of(
              () -> channel.setCallback(item -> {}),
              channel::receiveAsync,
              channel::waitCloseAsync)) {
        assertThatExceptionOfType(MidplaneException.class)
            .isThrownBy(use::run)
            .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNSUPPORTED));
      }
      channel.close();
    }
  }

  @Test
  @DisplayName("G58 what has a callback, or is waited for, cannot be confined")
  void shouldNotConfineWhatOthersUse() throws Exception {
    try (LinkPair pair = new LinkPair(AT_ONCE)) {
      Channel called = pair.channel().getFirst();
      called.setCallback(item -> {});
      Channel awaited = pair.channel().getFirst();
      var unused = awaited.receiveAsync();

      for (Channel each : List.of(called, awaited)) {
        assertThatExceptionOfType(MidplaneException.class)
            .isThrownBy(each::confine)
            .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNSUPPORTED));
      }
    }
  }

  /** Two programs of one channel: S sends, R receives; at its end a program closes. */
  private record Conversation(String near, String far) {

    /**
     * Each receives only what is sent before, in one order for both: it comes to its end, also
     * where a sender has to wait for the other.
     */
    static Conversation legal(Random random) {
      StringBuilder near = new StringBuilder();
      StringBuilder far = new StringBuilder();
      int length = random.nextInt(LONGEST);
      for (int i = 0; i < length; i++) {
        boolean down = random.nextBoolean();
        near.append(down ? 'S' : 'R');
        far.append(down ? 'R' : 'S');
      }
      return new Conversation(near.toString(), far.toString());
    }

    static Conversation any(Random random) {
      return new Conversation(program(random), program(random));
    }

    private static String program(Random random) {
      StringBuilder program = new StringBuilder();
      int length = 1 + random.nextInt(LONGEST);
      for (int i = 0; i < length; i++) {
        program.append(random.nextInt(5) < 2 ? 'S' : 'R');
      }
      return program.toString();
    }

    /** Played out by hand: whether both end up waiting. */
    boolean isDeadlock() {
      int here = 0;
      int there = 0;
      int down = 0;
      int up = 0;
      boolean moved = true;
      while (moved) {
        moved = false;
        if (here < near.length() && (near.charAt(here) == 'S' || up > 0)) {
          int step = near.charAt(here++) == 'S' ? down++ : up--;
          moved = step >= 0;
        }
        if (there < far.length() && (far.charAt(there) == 'S' || down > 0)) {
          int step = far.charAt(there++) == 'S' ? up++ : down--;
          moved = moved || step >= 0;
        }
      }
      return here < near.length() && there < far.length();
    }
  }

  private static String play(Channel channel, String program, Random pauses, boolean large) {
    channel.confine();
    try {
      for (char step : program.toCharArray()) {
        if (pauses.nextInt(8) == 0) {
          LockSupport.parkNanos(pauses.nextInt(3_000_000));
        }
        if (step == 'S') {
          channel.send(large && pauses.nextInt(4) == 0 ? new byte[LARGE] : 1);
        } else {
          channel.receive();
        }
      }
      return "through";
    } catch (MidplaneException ended) {
      return ended.code() == ErrorCode.DEADLOCK_DETECTED ? "refused" : "closed";
    } finally {
      channel.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  @DisplayName("G56 random conversations: refused are exactly those that hang when played by hand")
  void shouldRefuseNothingElse(boolean legal) throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> wrong = new ArrayList<>();
    int deadlocks = 0;
    try (LinkPair pair = new LinkPair(AT_ONCE)) {
      for (int i = 0; i < CONVERSATIONS; i++) {
        Conversation next = legal ? Conversation.legal(random) : Conversation.any(random);
        List<Channel> both = pair.channel();
        Random farPauses = new Random(random.nextLong());
        Random nearPauses = new Random(random.nextLong());
        Future<String> far = begin(() -> play(both.getLast(), next.far, farPauses, legal));
        Future<String> near = begin(() -> play(both.getFirst(), next.near, nearPauses, legal));

        boolean refused = near.get(30, TimeUnit.SECONDS).equals("refused");
        String there = far.get(30, TimeUnit.SECONDS);

        if (refused != next.isDeadlock() || there.equals("refused")) {
          wrong.add(next + " ended with " + near.get() + ", " + there);
        }
        deadlocks += refused ? 1 : 0;
      }
    }
    assertThat(wrong).as("seed %d", seed).isEmpty();
    assertThat(deadlocks > CONVERSATIONS / 20).isEqualTo(!legal);
  }
}
