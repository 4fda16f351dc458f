package io.midplane.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.midplane.actors.Midplane;
import io.midplane.actors.ProcessState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@MidplaneTest(config = "midplane.call-timeout = 5s")
class MidplaneTestSettingsTest {

  private Midplane before;

  @BeforeEach
  void keep(Midplane midplane) {
    before = midplane;
  }

  @AfterEach
  void shouldStillRun(Midplane midplane) {
    assertThat(midplane).isSameAs(before);
    assertThat(midplane.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  void shouldTakeTheSettingsOfTheClass(Midplane midplane) {
    assertThat(callTimeout(midplane)).hasSeconds(5);
  }

  @Test
  @MidplaneTest(config = {"midplane.call-timeout = 6s", "midplane.name = mine"})
  void shouldLayTheSettingsOfTheTestOverThoseOfTheClass(Midplane midplane) {
    assertThat(callTimeout(midplane)).hasSeconds(6);
    assertThat(midplane.name()).isEqualTo("mine");
  }

  @Test
  void shouldInjectTheSameRuntimeAndItsTestKit(Midplane midplane, Probes probes, ActorTestKit kit) {
    assertThat(midplane).isSameAs(before);
    assertThat(kit.system()).isEqualTo(midplane.system());
    assertThat(probes.of(String.class, "ear").getRef().path().name()).startsWith("ear");
  }

  @Test
  void shouldNameTheRuntimeAfterTheTest(Midplane midplane) {
    assertThat(midplane.name()).matches("shouldNameTheRuntimeAfte_\\d+");
  }

  @Test
  void shouldGiveEachTestADataDirectory(Midplane midplane) {
    assertThat(midplane.dataDirectory()).hasValueSatisfying(Files::isDirectory);
  }

  @Nested
  class Inside {
    @Test
    void shouldTakeTheSettingsOfTheClassAround(Midplane midplane) {
      assertThat(callTimeout(midplane)).hasSeconds(5);
      assertThat(midplane).isSameAs(before);
    }
  }

  @Nested
  @MidplaneTest(config = "midplane.stop.timeout = 7s")
  class InsideWithSettingsOfItsOwn {
    @Test
    void shouldAddItsSettingsToThoseOfTheClassAround(Midplane midplane) {
      assertThat(callTimeout(midplane)).hasSeconds(5);
      assertThat(midplane.config().getDuration("midplane.stop.timeout")).hasSeconds(7);
    }
  }

  @MidplaneTest
  static class KeepsFiles {
    private static final List<Path> DIRECTORIES = new CopyOnWriteArrayList<>();

    @Test
    void shouldWrite(Midplane midplane) throws Exception {
      Path directory = midplane.dataDirectory().orElseThrow();
      Files.writeString(Files.createDirectories(directory.resolve("config")).resolve("a"), "b");
      DIRECTORIES.add(directory);
    }
  }

  @Test
  void shouldDeleteTheDataDirectoryWithTheRuntime() {
    assertThat(FixtureRun.of(KeepsFiles.class).failures()).isEmpty();
    assertThat(KeepsFiles.DIRECTORIES)
        .singleElement()
        .satisfies(it -> assertThat(it).doesNotExist());
  }

  @MidplaneTest(config = "midplane.cal-timeout = 5s")
  static class Misspells {
    @Test
    void shouldNotRun() {}
  }

  @Test
  void shouldRefuseAnUnknownSetting() {
    assertThat(FixtureRun.of(Misspells.class).failure())
        .hasMessageContaining("midplane.cal-timeout: unknown setting");
  }

  @MidplaneTest
  static class AsksTooEarly {
    @BeforeAll
    static void start(Midplane midplane) {}

    @Test
    void shouldNotRun() {}
  }

  @Test
  void shouldRefuseToInjectWhereNoRuntimeRuns() {
    FixtureRun run = FixtureRun.of(AsksTooEarly.class);

    assertThat(
            run.results()
                .containerEvents()
                .failed()
                .map(it ->
                    it.getRequiredPayload(org.junit.platform.engine.TestExecutionResult.class))
                .map(it -> it.getThrowable().orElseThrow().getMessage()))
        .singleElement()
        .asString()
        .contains("Midplane midplane: each test has a runtime of its own, and none runs here")
        .contains("@BeforeEach");
  }

  private static Duration callTimeout(Midplane midplane) {
    return midplane.config().getDuration("midplane.call-timeout");
  }
}
