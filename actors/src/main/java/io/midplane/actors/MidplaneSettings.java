package io.midplane.actors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.ProcessName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a runtime is started with. Immutable: each method answers a changed copy.
 *
 * <p>Whatever {@code reference.conf} can say, code can say: the common settings have a method of
 * their own, {@link #with(String, Object)} takes any key. Where both speak, code wins over {@code
 * application.conf}, and that over the defaults. A {@code midplane.*} key that no subsystem knows
 * is an error, so that a misspelt setting never passes silently.
 */
public final class MidplaneSettings {

  private static final String ROOT = "midplane";

  private final Config overrides;

  private MidplaneSettings(Config overrides) {
    this.overrides = overrides;
  }

  /** The settings of {@code application.conf}, if there is one, over the defaults. */
  public static MidplaneSettings defaults() {
    return new MidplaneSettings(ConfigFactory.empty());
  }

  /** Name of the runtime and of its actor system; checked by the process-name rule at start. */
  public MidplaneSettings name(String name) {
    return with("midplane.name", ProcessName.check(name, "name"));
  }

  /** Folder for everything the runtime keeps across restarts. */
  public MidplaneSettings dataDirectory(Path directory) {
    return with("midplane.data-directory", directory.toAbsolutePath().toString());
  }

  /** How long a call waits when its caller names no deadline. */
  public MidplaneSettings callTimeout(Duration timeout) {
    return with("midplane.call-timeout", positive("callTimeout", timeout));
  }

  /** How long {@link Midplane#spawn} waits for READY. */
  public MidplaneSettings readyTimeout(Duration timeout) {
    return with("midplane.agents.ready-timeout", positive("readyTimeout", timeout));
  }

  /** Pause before a failed agent is started again: the first one, and the longest. */
  public MidplaneSettings restartBackoff(Duration min, Duration max) {
    return with("midplane.agents.restart-backoff.min", positive("min", min))
        .with("midplane.agents.restart-backoff.max", positive("max", max));
  }

  /** Events that an event stream holds for a slow reader. */
  public MidplaneSettings eventStreamBuffer(int events) {
    if (events < 1) {
      throw invalid("eventStreamBuffer: " + events + " (expected: at least 1)");
    }
    return with("midplane.events.stream-buffer", events);
  }

  /** Period of a monitored pool that names none. */
  public MidplaneSettings monitorPoolPeriod(Duration period) {
    return with("midplane.monitor.pool-period", positive("monitorPoolPeriod", period));
  }

  /** How long {@link Midplane#close} waits for the actors to stop. */
  public MidplaneSettings stopTimeout(Duration timeout) {
    return with("midplane.stop.timeout", positive("stopTimeout", timeout));
  }

  /**
   * Sets any key, of Midplane or of Akka.
   *
   * @param key a full path such as {@code midplane.call-timeout}
   * @param value text, number, boolean, {@link Duration} or a list of these
   */
  public MidplaneSettings with(String key, Object value) {
    Object plain = value instanceof Duration duration ? duration.toMillis() + "ms" : value;
    return new MidplaneSettings(
        overrides.withValue(key, ConfigValueFactory.fromAnyRef(plain, "MidplaneSettings")));
  }

  /** Lays a parsed configuration, for instance a HOCON file, over what was set so far. */
  public MidplaneSettings with(Config config) {
    return new MidplaneSettings(config.withFallback(overrides));
  }

  /**
   * The configuration as a whole, checked.
   *
   * @throws MidplaneException INVALID_ARGUMENT for an unknown {@code midplane.*} key or a value of
   *     the wrong type, naming the key and where it was set
   */
  Config resolve() {
    Config reference = ConfigFactory.defaultReference();
    Config chosen = overrides.withFallback(ConfigFactory.defaultApplication()).resolve();
    refuseUnknownKeys(chosen, reference);
    Config whole =
        ConfigFactory.defaultOverrides()
            .withFallback(chosen)
            .withFallback(ConfigFactory.parseResources("midplane-akka.conf"))
            .withFallback(reference)
            .resolve();
    try {
      whole.checkValid(reference.resolve(), ROOT);
    } catch (ConfigException.ValidationFailed failed) {
      throw invalid("settings: " + failed.getMessage());
    }
    ProcessName.check(whole.getString("midplane.name"), "midplane.name");
    return whole;
  }

  /** The data directory of a resolved configuration, if one is set. */
  static Optional<Path> dataDirectory(Config config) {
    String directory = config.getString("midplane.data-directory");
    return directory.isEmpty() ? Optional.empty() : Optional.of(Path.of(directory));
  }

  private static void refuseUnknownKeys(Config chosen, Config reference) {
    if (!chosen.hasPath(ROOT)) {
      return;
    }
    Set<String> known = keys(reference);
    Set<String> unknown = new TreeSet<>(keys(chosen));
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      String first = unknown.iterator().next();
      throw invalid(
          "%s: unknown setting (set in %s); the known ones are %s"
              .formatted(
                  String.join(", ", unknown),
                  chosen.getValue(first).origin().description(),
                  String.join(", ", siblings(first, known))));
    }
  }

  private static Set<String> keys(Config config) {
    return config.getConfig(ROOT).entrySet().stream()
        .map(entry -> ROOT + "." + String.join(".", ConfigUtil.splitPath(entry.getKey())))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The known keys nearest to an unknown one: of its own section, or else all. */
  private static Set<String> siblings(String key, Set<String> known) {
    String section = key.substring(0, key.lastIndexOf('.') + 1);
    Set<String> near =
        known.stream()
            .filter(candidate -> candidate.startsWith(section))
            .collect(Collectors.toCollection(TreeSet::new));
    return near.isEmpty() ? known : near;
  }

  private static Duration positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw invalid(name + ": " + value + " (expected: longer than zero)");
    }
    return value;
  }

  private static MidplaneException invalid(String message) {
    return new MidplaneException(ErrorCode.INVALID_ARGUMENT, message);
  }
}
