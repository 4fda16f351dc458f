package io.midplane.node;

import io.midplane.actors.SettingsReader;
import io.midplane.protocol.Frame;
import io.midplane.protocol.NorthboundLimits;
import java.time.Duration;

/**
 * What the clients of a node may use of it; {@code midplane.node.northbound} in {@code
 * reference.conf} says what each is for.
 *
 * @param connection the limits each client is told
 * @param maxConnections the most connections at once
 * @param maxUnsentBytes the most bytes kept for one client that does not read
 * @param helloTimeout how long a connection may take to greet
 */
record ServerLimits(
    NorthboundLimits connection, int maxConnections, int maxUnsentBytes, Duration helloTimeout) {

  static final ServerLimits DEFAULT =
      new ServerLimits(NorthboundLimits.DEFAULT, 256, 16 << 20, Duration.ofSeconds(5));

  /** Above so many unsent bytes a connection's requests and streams wait. */
  static final int HIGH_WATER = 256 << 10;

  static ServerLimits read(SettingsReader settings) {
    return new ServerLimits(
        new NorthboundLimits(
            settings.bytes("midplane.node.northbound.max-frame", 1 << 10, Frame.LARGEST_MAX_BYTES),
            settings.count("midplane.node.northbound.max-open-requests"),
            settings.count("midplane.node.northbound.max-credits")),
        settings.count("midplane.node.northbound.max-connections"),
        settings.bytes("midplane.node.northbound.max-unsent", 1 << 10, 1 << 30),
        settings.duration(
            "midplane.node.northbound.hello-timeout", Duration.ofMillis(1), Duration.ofHours(1)));
  }
}
