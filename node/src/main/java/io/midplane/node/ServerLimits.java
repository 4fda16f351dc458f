package io.midplane.node;

import com.typesafe.config.Config;
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

  static ServerLimits of(Config northbound) {
    return new ServerLimits(
        new NorthboundLimits(
            Math.toIntExact(northbound.getBytes("max-frame")),
            northbound.getInt("max-open-requests"),
            northbound.getInt("max-credits")),
        northbound.getInt("max-connections"),
        Math.toIntExact(northbound.getBytes("max-unsent")),
        northbound.getDuration("hello-timeout"));
  }
}
