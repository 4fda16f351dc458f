package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MidplaneSettingsTest {

  /** How the dispatcher is made; not for users to change. */
  private static final Set<String> NOT_SETTINGS =
      Set.of("midplane.virtual-dispatcher.type", "midplane.virtual-dispatcher.executor");

  /** Arguments for setters, by type: the first value, and the second if there are two. */
  private static final Map<Class<?>, List<Object>> SAMPLES =
      Map.of(
          String.class, List.of("sample"),
          Path.class, List.of(Path.of("/sample")),
          Duration.class, List.of(Duration.ofMillis(1234), Duration.ofMillis(5678)),
          int.class, List.of(4321));

  @TempDir Path folder;

  static Collection<String> keys() {
    Set<String> keys = new TreeSet<>(KnownKeys.of(ownReference()).paths());
    keys.removeAll(NOT_SETTINGS);
    return keys;
  }

  private static Config ownReference() {
    return ConfigFactory.parseResources("reference.conf");
  }

  @Test
  void shouldHaveAMethodForEachKeyOfReferenceConf() throws ReflectiveOperationException {
    Set<String> settable = new TreeSet<>();
    Config before = MidplaneSettings.defaults().resolve();

    for (Method setter : MidplaneSettings.class.getMethods()) {
      if (!Modifier.isStatic(setter.getModifiers())
          && setter.getReturnType() == MidplaneSettings.class
          && !setter.getName().startsWith("with")) {
        Config after = ((MidplaneSettings) invoke(setter)).resolve();
        for (String key : keys()) {
          if (!after.getValue(key).equals(before.getValue(key))) {
            settable.add(key);
          }
        }
      }
    }

    assertThat(keys()).hasSizeGreaterThanOrEqualTo(11);
    assertThat(settable).containsExactlyElementsOf(keys());
  }

  private static Object invoke(Method setter) throws ReflectiveOperationException {
    Class<?>[] types = setter.getParameterTypes();
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      arguments[i] = SAMPLES.get(types[i]).get(i);
    }
    return setter.invoke(MidplaneSettings.defaults(), arguments);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldTakeEachKeyByItsPathAndFromAFile(String key) throws IOException {
    Object value = MidplaneSettings.defaults().resolve().getValue(key).unwrapped();
    Path file = Files.writeString(folder.resolve("site.conf"), key + " = \"" + value + "\"");

    assertThat(MidplaneSettings.defaults().with(key, value).resolve().getValue(key).unwrapped())
        .isEqualTo(value);
    assertThat(MidplaneSettings.defaults().withFile(file).resolve().getString(key))
        .isEqualTo(value.toString());
  }

  @Test
  void shouldSayWhatEveryKeyMeans() throws IOException {
    List<String> lines =
        Files.readAllLines(
            Path.of(
                System.getProperty("midplane.root"), "actors/src/main/resources/reference.conf"));
    for (String key : keys()) {
      String name = key.substring(key.lastIndexOf('.') + 1);
      int line = 0;
      while (!lines.get(line).strip().startsWith(name + " =")) {
        line++;
      }
      List<String> above = lines.subList(Math.max(0, line - 5), line);
      assertThat(above).as(key).anyMatch(text -> text.strip().startsWith("#"));
    }
  }

  @Test
  void shouldLetLaterSettingsWin() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("site.conf"), "midplane { name = filed, call-timeout = 5s }");

    Config both = MidplaneSettings.defaults().name("coded").withFile(file).resolve();
    Config code = MidplaneSettings.defaults().withFile(file).name("coded").resolve();

    assertThat(both.getString("midplane.name")).isEqualTo("filed");
    assertThat(code.getString("midplane.name")).isEqualTo("coded");
    assertThat(code.getDuration("midplane.call-timeout")).isEqualTo(Duration.ofSeconds(5));
    assertThat(code.getDuration("midplane.stop.timeout")).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void shouldNotChangeWhatItWasMadeFrom() {
    MidplaneSettings first = MidplaneSettings.defaults();
    first.name("changed");

    assertThat(first.resolve().getString("midplane.name")).isEqualTo("midplane");
  }

  @Test
  void shouldResolveReferencesToDefaults() {
    Config config =
        MidplaneSettings.defaults()
            .with(ConfigFactory.parseString("midplane.stop.timeout = ${midplane.call-timeout}"))
            .resolve();

    assertThat(config.getDuration("midplane.stop.timeout")).isEqualTo(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @CsvSource({
    "midplane.call-timeot, midplane.call-timeout",
    "midplane.agents.ready-time, midplane.agents.ready-timeout",
    "midplane.event.stream-buffer, midplane.events.stream-buffer",
    "midplane.name.first, midplane.name",
  })
  void shouldRefuseAnUnknownKeyAndNameTheNearestOnes(String key, String nearest) {
    assertThatThrownBy(() -> Midplane.start(MidplaneSettings.defaults().with(key, "x")))
        .isInstanceOfSatisfying(
            MidplaneException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(nearest)
        .hasMessageContaining("set in MidplaneSettings");
  }

  @Test
  void shouldRefuseAnUnknownKeyAlsoWithoutAValue() {
    for (String text : List.of("midplane.extra = {}", "midplane.extra = null")) {
      assertThatThrownBy(
              () -> MidplaneSettings.defaults().with(ConfigFactory.parseString(text)).resolve())
          .isInstanceOf(MidplaneException.class)
          .hasMessageContaining("midplane.extra: unknown setting");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "midplane = 5, midplane: 5 (set in, agents",
    "midplane.agents.restart-backoff = 1s, midplane.agents.restart-backoff: \"1s\" (set in, max",
    "midplane.agents = null, midplane.agents: null (set in, ready-timeout",
    "midplane.events = [1], midplane.events: [1] (set in, stream-buffer",
  })
  void shouldRefuseAValueWhereASectionBelongs(String text, String fact, String expected) {
    assertThatThrownBy(
            () -> MidplaneSettings.defaults().with(ConfigFactory.parseString(text)).resolve())
        .isInstanceOf(MidplaneException.class)
        .hasMessageStartingWith(fact)
        .hasMessageContaining("expected: a section with any of ")
        .hasMessageContaining(expected);
  }

  @Test
  void shouldNameAllUnknownKeysOfAFileWithTheirLines() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("site.conf"), "midplane {\n  nmae = x\n  callout = 1\n}\n");

    assertThatThrownBy(() -> MidplaneSettings.defaults().withFile(file).resolve())
        .hasMessageContaining("midplane.nmae")
        .hasMessageContaining("midplane.callout")
        .hasMessageContaining("site.conf: 2")
        .hasMessageContaining("site.conf: 3");
  }

  @ParameterizedTest
  @CsvSource({
    "midplane.call-timeout, banana",
    "midplane.call-timeout, -1s",
    "midplane.call-timeout, 0s",
    "midplane.agents.restart-backoff.max, 1ms",
    "midplane.events.stream-buffer, banana",
    "midplane.events.stream-buffer, 0",
    "midplane.events.callback-buffer, 0",
    "midplane.events.stream-buffer, 99999999999",
    "midplane.serialization.max-message-size, 12",
    "midplane.serialization.max-message-size, banana",
    "midplane.name, 1st",
    "midplane.agents, text",
  })
  void shouldRefuseAWrongValueBeforeAnythingIsStarted(String key, String value) {
    Set<Thread> before = Thread.getAllStackTraces().keySet();

    assertThatThrownBy(() -> Midplane.start(MidplaneSettings.defaults().with(key, value)))
        .isInstanceOfSatisfying(
            MidplaneException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageStartingWith(key);
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> !before.contains(thread))
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("midplane-"));
  }

  @Test
  void shouldRefuseNullAndListsWhereAValueIsExpected() {
    for (String text : List.of("midplane.name = null", "midplane.call-timeout = [1s]")) {
      assertThatThrownBy(() ->
              Midplane.start(MidplaneSettings.defaults().with(ConfigFactory.parseString(text))))
          .isInstanceOfSatisfying(
              MidplaneException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
          .hasMessageContaining(text.substring(0, text.indexOf(' ')));
    }
  }

  @Test
  void shouldRefuseWrongArguments() {
    MidplaneSettings settings = MidplaneSettings.defaults();
    List<Runnable> wrong =
        Arrays.asList(
            () -> settings.name("a-b"),
            () -> settings.callTimeout(Duration.ZERO),
            () -> settings.eventStreamBuffer(0),
            () -> settings.eventCallbackBuffer(0),
            () -> settings.with("midplane..name", "x"),
            () -> settings.with("midplane.name", new Object()),
            () -> settings.withFile(folder.resolve("missing.conf")));

    assertThat(wrong)
        .allSatisfy(set ->
            assertThatThrownBy(set::run)
                .isInstanceOfSatisfying(
                    MidplaneException.class,
                    e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT)));
  }

  @Test
  void shouldSayWhereAFileIsNotHocon() throws IOException {
    Path file = Files.writeString(folder.resolve("site.conf"), "midplane {\n  name = \n");

    assertThatThrownBy(() -> MidplaneSettings.defaults().withFile(file))
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("site.conf")
        .hasMessageContaining("3");
  }

  @Test
  void shouldSayThatThereIsNoSuchFile() {
    Path file = folder.resolve("none.conf");

    assertThatThrownBy(() -> MidplaneSettings.defaults().withFile(file))
        .isInstanceOf(MidplaneException.class)
        .hasMessage("settings file " + file + ": no such file");
  }

  @Test
  void shouldPassOnSettingsOfAkka() {
    Config config = MidplaneSettings.defaults().with("akka.loglevel", "WARNING").resolve();

    assertThat(config.getString("akka.loglevel")).isEqualTo("WARNING");
    assertThat(config.getBoolean("akka.jvm-exit-on-fatal-error")).isFalse();
  }
}
