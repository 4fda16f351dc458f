package io.midplane.gateways;

import io.midplane.gateways.worker.Channel;

/** What a worker runs while its start-up cache is made. */
final class StartUpTask {
  private StartUpTask() {}

  /** Sends back one item. */
  static void echo(Channel channel) {
    channel.send(channel.receive());
  }
}
