package io.midplane.benchmarks;

import io.midplane.gateways.worker.Channel;

/** What runs at the far end of measured gateways. */
final class GatewayTasks {
  private GatewayTasks() {}

  /** Sends back whatever comes. */
  static void echo(Channel channel) {
    channel.forEach(channel::send);
  }

  /** Takes items, and answers each None. */
  static void drain(Channel channel) {
    for (Object item : channel) {
      if (item == null) {
        channel.send(null);
      }
    }
  }

  /** Sends back one item. */
  static void echoOnce(Channel channel) {
    channel.send(channel.receive());
  }
}
