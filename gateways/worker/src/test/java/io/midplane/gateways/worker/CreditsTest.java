package io.midplane.gateways.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Bytes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A reader that does not come holds nobody's memory without bound. */
@Timeout(60)
class CreditsTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Bytes KIBIBYTE = Bytes.of(new byte[1024]);
  private static final int ITEMS = 10_000;

  @Test
  void shouldHoldUpTheSenderUntilTheOtherReads() throws Exception {
    try (LinkPair pair = new LinkPair(LinkSettings.defaults().withCredits(true))) {
      List<Channel> both = pair.channel();
      AtomicInteger sent = new AtomicInteger();
      Thread sender =
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < ITEMS; i++) {
                  both.getFirst().send(KIBIBYTE);
                  sent.incrementAndGet();
                }
                both.getFirst().close();
              });
      await()
          .atMost(SOON)
          .until(() -> sender.getState() == Thread.State.WAITING && sent.get() > 900);
      assertThat(sent).hasValueLessThan(1100);

      int received = 0;
      for (Object item : both.getLast()) {
        assertThat(item).isEqualTo(KIBIBYTE);
        received++;
      }

      assertThat(received).isEqualTo(ITEMS);
      sender.join();
    }
  }

  @Test
  void shouldCarryItemsLargerThanTheWindow() throws IOException {
    try (LinkPair pair = new LinkPair(LinkSettings.defaults().withCredits(true))) {
      List<Channel> both = pair.channel();
      Bytes large = Bytes.of(new byte[5 << 20]);
      AtomicInteger received = new AtomicInteger();
      both.getLast().setCallback(item -> received.addAndGet(((Bytes) item).length()));

      for (int i = 0; i < 5; i++) {
        both.getFirst().send(large);
      }
      both.getFirst().close();
      both.getLast().waitClose(SOON);

      assertThat(received).hasValue(25 << 20);
    }
  }

  @Test
  void shouldWakeASenderWhenTheOtherCloses() throws Exception {
    try (LinkPair pair = new LinkPair(LinkSettings.defaults().withCredits(true))) {
      List<Channel> both = pair.channel();
      Thread closer = Thread.ofPlatform().start(() -> both.getLast().close());

      assertThatExceptionOfType(MidplaneException.class)
          .isThrownBy(() -> {
            for (int i = 0; i < ITEMS; i++) {
              both.getFirst().send(KIBIBYTE);
            }
          })
          .withMessageContaining("cannot send to <Channel id=1 closed>");
      closer.join();
    }
  }

  @Test
  void shouldCloseAChannelWithAnErrorWhereStockExecnetFloodsIt() throws IOException {
    try (LinkPair pair = new LinkPair(LinkSettings.defaults().withMaxQueued(100_000))) {
      List<Channel> both = pair.channel();

      assertThatExceptionOfType(MidplaneException.class)
          .isThrownBy(() -> {
            while (true) {
              both.getFirst().send(KIBIBYTE);
            }
          });

      assertThatExceptionOfType(RemoteException.class)
          .isThrownBy(() -> both.getFirst().receive(SOON))
          .withMessageContaining("channel 1: more than 100000 bytes wait for a reader");
      List<Channel> other = pair.channel();
      other.getFirst().send(1);
      assertThat(other.getLast().receive(SOON)).isEqualTo(1);
    }
  }
}
