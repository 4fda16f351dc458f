package io.midplane.actors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValueFactory;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.ProcessName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * What a runtime is started with. Immutable: each method answers a changed copy.
 *
 * <p>Whatever {@code reference.conf} can say, code can say: the settings of the runtime have a
 * method of their own, {@link #with(String, Object)} takes any key, also those of other subsystems
 * and of Akka. What was set later wins over what was set earlier, code and files alike; all of it
 * wins over {@code application.conf}, and that over the defaults. System properties of the same
 * names win over everything.
 *
 * <p>A {@code midplane.*} key that no subsystem knows is an error at start that names the nearest
 * known ones, so that a misspelt setting never passes silently. (System properties are exempt: the
 * JVM's properties are everyone's.)
 */
public final class MidplaneSettings {

  private final Config chosen;

  private MidplaneSettings(Config chosen) {
    this.chosen = chosen;
  }

  /** The settings of {@code application.conf}, if there is one, over the defaults. */
  public static MidplaneSettings defaults() {
    return new MidplaneSettings(ConfigFactory.empty());
  }

  /** Name of the runtime and of its actor system; must keep the rule for process names. */
  public MidplaneSettings name(String name) {
    return with("midplane.name", ProcessName.check(name, "name"));
  }

  /** Folder for everything the runtime keeps across restarts; see {@link DataDirectory}. */
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
    return with("midplane.events.stream-buffer", atLeastOne("eventStreamBuffer", events));
  }

  /** Events that wait for a callback that is slow. */
  public MidplaneSettings eventCallbackBuffer(int events) {
    return with("midplane.events.callback-buffer", atLeastOne("eventCallbackBuffer", events));
  }

  /** Period of a monitored pool that names none. */
  public MidplaneSettings monitorPoolPeriod(Duration period) {
    return with("midplane.monitor.pool-period", positive("monitorPoolPeriod", period));
  }

  /** The largest message, in bytes, that the runtime writes for another actor system or reads. */
  public MidplaneSettings maxMessageSize(int bytes) {
    return with("midplane.serialization.max-message-size", atLeastOne("maxMessageSize", bytes));
  }

  /** Messages that an actor on virtual threads handles before it gives way to others. */
  public MidplaneSettings virtualDispatcherThroughput(int messages) {
    return with(
        "midplane.virtual-dispatcher.throughput",
        atLeastOne("virtualDispatcherThroughput", messages));
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
   * @throws MidplaneException INVALID_ARGUMENT for a key that is no path or a value of another type
   */
  public MidplaneSettings with(String key, Object value) {
    try {
      Object plain = value instanceof Duration duration ? duration.toNanos() + "ns" : value;
      return new MidplaneSettings(
          chosen.withValue(key, ConfigValueFactory.fromAnyRef(plain, "MidplaneSettings")));
    } catch (ConfigException.BadPath | ConfigException.BugOrBroken refused) {
      throw invalid(
          "%s: %s (expected: a path and a text, number, boolean, Duration or list): %s"
              .formatted(key, value, refused.getMessage()));
    }
  }

  /** Lays a parsed configuration over what was set so far. */
  public MidplaneSettings with(Config config) {
    return new MidplaneSettings(config.withFallback(chosen));
  }

  /**
   * Lays a HOCON file over what was set so far. Reads the file now; blocks for that only.
   *
   * @throws MidplaneException INVALID_ARGUMENT if the file cannot be read or is not HOCON, with the
   *     line
   */
  public MidplaneSettings withFile(Path file) {
    if (Files.notExists(file)) {
      throw invalid("settings file " + file + ": no such file");
    }
    var options = ConfigParseOptions.defaults().setAllowMissing(false);
    try {
      return with(ConfigFactory.parseFile(file.toFile(), options));
    } catch (ConfigException unreadable) {
      throw invalid("settings file " + file + ": " + unreadable.getMessage());
    }
  }

  /**
   * The configuration as a whole, checked as at the start of a runtime: for programs that read
   * settings of their own before they start one. Does not block, except for {@code
   * application.conf}.
   *
   * @throws MidplaneException INVALID_ARGUMENT for an unknown {@code midplane.*} key or a value of
   *     the wrong type, naming the key and where it was set
   */
  public Config resolve() {
    try {
      Config reference = ConfigFactory.defaultReferenceUnresolved();
      Config said = chosen.withFallback(ConfigFactory.defaultApplication());
      said = said.resolveWith(said.withFallback(reference), ConfigResolveOptions.defaults());
      KnownKeys.of(reference.resolve()).refuseOthers(said);
      Config whole =
          ConfigFactory.defaultOverrides()
              .withFallback(said)
              .withFallback(akkaDefaults())
              .withFallback(reference)
              .resolve();
      whole.checkValid(reference.resolve(), KnownKeys.ROOT);
      return whole;
    } catch (ConfigException.ValidationFailed failed) {
      throw invalid(problems(failed));
    } catch (ConfigException refused) {
      throw invalid("settings: " + refused.getMessage());
    }
  }

  private static String problems(ConfigException.ValidationFailed failed) {
    return StreamSupport.stream(failed.problems().spliterator(), false)
        .map(found ->
            "%s: %s (set in %s)"
                .formatted(found.path(), found.problem(), found.origin().description()))
        .collect(Collectors.joining("; "));
  }

  private static Config akkaDefaults() {
    return ConfigFactory.parseResources(
        MidplaneSettings.class.getClassLoader(),
        "midplane-akka.conf",
        ConfigParseOptions.defaults().setAllowMissing(false));
  }

  private static Duration positive(String name, Duration value) {
    if (!value.isPositive()) {
      throw invalid(name + ": " + value + " (expected: longer than zero)");
    }
    return value;
  }

  private static int atLeastOne(String name, int value) {
    if (value < 1) {
      throw invalid(name + ": " + value + " (expected: at least 1)");
    }
    return value;
  }

  private static MidplaneException invalid(String message) {
    return new MidplaneException(ErrorCode.INVALID_ARGUMENT, message);
  }
}
