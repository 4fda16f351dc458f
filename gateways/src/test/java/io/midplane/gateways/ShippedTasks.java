package io.midplane.gateways;

import io.midplane.gateways.worker.Channel;

/** Code that travels, with a class that it needs. */
final class ShippedTasks {
  private ShippedTasks() {}

  static void count(Channel channel, int upTo) {
    for (int i = 0; i < upTo; i++) {
      channel.send(new Item(i).text());
    }
  }

  private record Item(int number) {
    String text() {
      return "item " + number;
    }
  }
}
