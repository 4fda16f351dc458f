package io.midplane.actors;

import com.typesafe.config.Config;
import io.midplane.calls.MidplaneException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

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
    int callbackBuffer,
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
    var reader = SettingsReader.of(config);
    Duration minBackoff = reader.duration("midplane.agents.restart-backoff.min");
    return new Options(
        reader.name("midplane.name"),
        reader.path("midplane.data-directory"),
        reader.duration("midplane.call-timeout"),
        reader.duration("midplane.agents.ready-timeout"),
        minBackoff,
        reader.duration("midplane.agents.restart-backoff.max", minBackoff),
        reader.count("midplane.events.stream-buffer"),
        reader.count("midplane.events.callback-buffer"),
        reader.duration("midplane.monitor.pool-period"),
        reader.bytes("midplane.serialization.max-message-size", 1 << 10, 1 << 30),
        reader.duration("midplane.stop.timeout"));
  }
}
