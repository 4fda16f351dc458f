package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ManualTime;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A runtime for one test; at the end it is closed, and no call may be left open in it. */
final class RuntimeUnderTest implements BeforeEachCallback, AfterEachCallback {

  static {
    Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
    Awaitility.doNotCatchUncaughtExceptionsByDefault();
  }

  private final MidplaneSettings settings;
  private Midplane midplane;

  private RuntimeUnderTest(MidplaneSettings settings) {
    this.settings = settings;
  }

  static RuntimeUnderTest with(MidplaneSettings settings) {
    return new RuntimeUnderTest(settings);
  }

  static RuntimeUnderTest withDefaults() {
    return with(MidplaneSettings.defaults());
  }

  /** Time passes only when the test says so. */
  static RuntimeUnderTest withManualTime() {
    return with(MidplaneSettings.defaults().with(ManualTime.config()));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    midplane = Midplane.start(settings);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    try {
      assertThat(midplane.graph().openCalls()).isEmpty();
    } finally {
      midplane.close();
    }
  }

  Midplane midplane() {
    return midplane;
  }

  void passTime(Duration time) {
    ManualTime.get(midplane.system()).timePasses(time);
  }
}
