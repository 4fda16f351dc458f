package io.midplane.node;

import com.typesafe.config.Config;
import io.midplane.protocol.NorthboundLimits;

/**
 * What the clients of a node may use of it; {@code midplane.node.northbound} in {@code
 * reference.conf} says what each is for.
 *
 * @param connection the limits each client is told
 * @param maxConnections the most connections at once
 * @param maxUnsentBytes the most bytes kept for one client that does not read
 */
record ServerLimits(NorthboundLimits connection, int maxConnections, int maxUnsentBytes) {

  static final ServerLimits DEFAULT = new ServerLimits(NorthboundLimits.DEFAULT, 256, 16 << 20);

  /** Above so many unsent bytes a connection's requests and streams wait. */
  static final int HIGH_WATER = 256 << 10;

  static ServerLimits of(Config northbound) {
    return new ServerLimits(
        new NorthboundLimits(
            Math.toIntExact(northbound.getBytes("max-frame")),
            northbound.getInt("max-open-requests"),
            northbound.getInt("max-credits")),
        northbound.getInt("max-connections"),
        Math.toIntExact(northbound.getBytes("max-unsent")));
  }
}
