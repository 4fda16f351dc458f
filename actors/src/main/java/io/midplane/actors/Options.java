package io.midplane.actors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.ProcessName;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The runtime's own settings, read once and checked before anything is started. What each means is
 * in {@code reference.conf}.
 */
record Options(
    String name,
    Optional<Path> dataDirectory,
    Duration callTimeout,
    Duration readyTimeout,
    Duration minBackoff,
    Duration maxBackoff,
    int streamBuffer,
    Duration poolPeriod,
    int maxMessageBytes,
    Duration stopTimeout) {

  /**
   * Reads and checks them.
   *
   * @throws MidplaneException INVALID_ARGUMENT naming the key, its value, where it was set and what
   *     was expected
   */
  static Options read(Config config) {
    var reader = new Reader(config);
    Duration minBackoff = reader.duration("midplane.agents.restart-backoff.min");
    return new Options(
        reader.name("midplane.name"),
        reader.path("midplane.data-directory"),
        reader.duration("midplane.call-timeout"),
        reader.duration("midplane.agents.ready-timeout"),
        minBackoff,
        reader.duration("midplane.agents.restart-backoff.max", minBackoff),
        reader.count("midplane.events.stream-buffer"),
        reader.duration("midplane.monitor.pool-period"),
        reader.bytes("midplane.serialization.max-message-size"),
        reader.duration("midplane.stop.timeout"));
  }

  /** Reads one setting each, and says what is wrong with it. */
  private record Reader(Config config) {

    String name(String key) {
      String name = read(key, "a name", config::getString, value -> true);
      return ProcessName.check(name, key);
    }

    Optional<Path> path(String key) {
      String path = read(key, "a path or nothing", config::getString, Reader::isPath);
      return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path).toAbsolutePath());
    }

    Duration duration(String key) {
      return read(
          key,
          "a duration longer than zero, such as 500ms or 30s",
          config::getDuration,
          value -> value.isPositive());
    }

    Duration duration(String key, Duration atLeast) {
      return read(
          key,
          "a duration of at least " + atLeast.toMillis() + "ms",
          config::getDuration,
          value -> value.compareTo(atLeast) >= 0);
    }

    int count(String key) {
      return read(key, "a whole number of at least 1", config::getInt, value -> value >= 1);
    }

    int bytes(String key) {
      long bytes =
          read(
              key,
              "a size from 1KiB to 1GiB",
              config::getBytes,
              value -> value >= 1 << 10 && value <= 1 << 30);
      return (int) bytes;
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

    private MidplaneException refused(
        String key, String expected, @Nullable ConfigException cause) {
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
}
