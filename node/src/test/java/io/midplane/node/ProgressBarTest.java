package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.gateways.rsync.RsyncEvent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private static final String WIPE = "\r\033[K";
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream terminal = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String drawn() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldDrawAtOnceAndWipeInTheEnd() {
    try (ProgressBar bar = new ProgressBar(terminal, 1)) {
      bar.show(new RsyncEvent.Listed("gw0", 4, 100));

      assertThat(drawn()).isEqualTo(WIPE + "[" + " ".repeat(30) + "] 0 %  0 of 4 files, 0.0 MB");
    }

    assertThat(drawn()).endsWith(" MB" + WIPE);
  }

  @Test
  void shouldNotSayHowMuchThereIsBeforeAllTargetsHaveSaid() {
    try (ProgressBar bar = new ProgressBar(terminal, 2)) {
      bar.show(new RsyncEvent.Acknowledged("gw0", "a", 2_500_000));
    }

    assertThat(drawn()).isEqualTo(WIPE + "1 file, 0.0 MB" + WIPE);
  }

  @Test
  void shouldCountOneFileAsOne() {
    try (ProgressBar bar = new ProgressBar(terminal, 1)) {
      bar.show(new RsyncEvent.Listed("gw0", 1, 100));
    }

    assertThat(drawn()).contains("0 of 1 file, 0.0 MB");
  }

  @Test
  void shouldNotDrawEachOfManyEvents() {
    try (ProgressBar bar = new ProgressBar(terminal, 1)) {
      for (int i = 0; i < 100_000; i++) {
        bar.show(new RsyncEvent.Sent("gw0", "a", 10));
      }
    }

    assertThat(drawn().split("\r", -1)).hasSizeLessThan(10_000);
  }
}
