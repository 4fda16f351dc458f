package io.midplane.gateways.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** The bytes that an inbox counts: credits are given back by them, so none may be lost. */
class InboxTest {
  private static final int OVERHEAD = 32;

  @Test
  void shouldGiveBackWhatArrivedToTheByte() {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    Inbox inbox = new Inbox(Long.MAX_VALUE / 2);
    long arrived = 0;
    long taken = 0;
    int inside = 0;
    for (int round = 0; round < 10_000; round++) {
      int count = random.nextInt(1, 64);
      for (int i = 0; i < count; i++) {
        int size = random.nextInt(200);
        arrived += size + OVERHEAD;
        inbox.arrived(i, size);
      }
      assertThat(inbox.deliver()).isTrue();
      inside += count;
      int out = random.nextInt(inside + 1);
      for (int i = 0; i < out; i++) {
        taken += inbox.nextBytes();
        inbox.take();
      }
      inside -= out;
    }
    while (!inbox.isEmpty()) {
      taken += inbox.nextBytes();
      inbox.take();
    }

    assertThat(taken).isEqualTo(arrived);
  }
}
