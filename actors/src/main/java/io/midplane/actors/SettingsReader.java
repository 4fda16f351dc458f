package io.midplane.actors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.ProcessName;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings and says what is wrong with one: a subsystem reads its own with it once, before it
 * starts anything. Every method throws {@link MidplaneException} INVALID_ARGUMENT naming the key,
 * its value, where it was set and what was expected. Blocks: no. Immutable.
 */
public final class SettingsReader {

  private final Config config;

  private SettingsReader(Config config) {
    this.config = config;
  }

  /**
   * Reads from a resolved configuration, such as {@link Midplane#config()}; keys are full paths.
   */
  public static SettingsReader of(Config config) {
    return new SettingsReader(config);
  }

  /** A name by the process-name rule. */
  public String name(String key) {
    String name = read(key, "a name", config::getString, value -> true);
    return ProcessName.check(name, key);
  }

  /** An absolute path; empty for the empty text. */
  public Optional<Path> path(String key) {
    String path = read(key, "a path or nothing", config::getString, SettingsReader::isPath);
    return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path).toAbsolutePath());
  }

  /** A duration longer than zero. */
  public Duration duration(String key) {
    return read(
        key,
        "a duration longer than zero, such as 500ms or 30s",
        config::getDuration,
        value -> value.isPositive());
  }

  /** A duration that is not shorter than another one. */
  public Duration duration(String key, Duration atLeast) {
    return read(
        key,
        "a duration of at least " + atLeast.toMillis() + "ms",
        config::getDuration,
        value -> value.compareTo(atLeast) >= 0);
  }

  /** A duration within a range. */
  public Duration duration(String key, Duration min, Duration max) {
    return read(
        key,
        "a duration from %dms to %ds".formatted(min.toMillis(), max.toSeconds()),
        config::getDuration,
        value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0);
  }

  /** A whole number, 1 or more. */
  public int count(String key) {
    return read(key, "a whole number of at least 1", config::getInt, value -> value >= 1);
  }

  /** A whole number within a range. */
  public int count(String key, int min, int max) {
    return read(
        key,
        "a whole number from %d to %d".formatted(min, max),
        config::getInt,
        value -> value >= min && value <= max);
  }

  /** A size in bytes within a range; the bounds are whole KiB, MiB or GiB. */
  public int bytes(String key, int min, int max) {
    long bytes =
        read(
            key,
            "a size from %s to %s".formatted(size(min), size(max)),
            config::getBytes,
            value -> value >= min && value <= max);
    return (int) bytes;
  }

  /** One of some words, in capitals or not; answered as the list has it. */
  public String word(String key, List<String> words) {
    return read(
            key, "one of " + String.join(", ", words), config::getString, text -> isIn(words, text))
        .toUpperCase(Locale.ROOT);
  }

  private static boolean isIn(List<String> words, String text) {
    return words.contains(text.toUpperCase(Locale.ROOT));
  }

  private static String size(int bytes) {
    return bytes % (1 << 30) == 0
        ? (bytes >> 30) + "GiB"
        : bytes % (1 << 20) == 0 ? (bytes >> 20) + "MiB" : (bytes >> 10) + "KiB";
  }

  private <T> T read(String key, String expected, Function<String, T> get, Predicate<T> isGood) {
    try {
      T value = get.apply(key);
      if (isGood.test(value)) {
        return value;
      }
    } catch (ConfigException.BadValue | ConfigException.WrongType | ConfigException.Null bad) {
      throw refused(key, expected, bad);
    }
    throw refused(key, expected, null);
  }

  private MidplaneException refused(String key, String expected, @Nullable ConfigException cause) {
    String found =
        config.getIsNull(key)
            ? "null (expected: " + expected
            : "%s (expected: %s; set in %s"
                .formatted(
                    config.getValue(key).render(),
                    expected,
                    config.getValue(key).origin().description());
    return new MidplaneException(ErrorCode.INVALID_ARGUMENT, key + ": " + found + ")", cause);
  }

  private static boolean isPath(String text) {
    try {
      return text.isEmpty() || Path.of(text).getNameCount() >= 0;
    } catch (InvalidPathException notOne) {
      return false;
    }
  }
}
