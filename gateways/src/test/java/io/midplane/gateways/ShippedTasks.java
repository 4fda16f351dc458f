package io.midplane.gateways;

import io.midplane.calls.MidplaneException;
import io.midplane.gateways.worker.Channel;
import java.time.Duration;

/** Code that travels, with a class that it needs. */
final class ShippedTasks {
  private ShippedTasks() {}

  static void count(Channel channel, int upTo) {
    for (int i = 0; i < upTo; i++) {
      channel.send(new Item(i).text());
    }
  }

  /** Waits for what does not come, with a timeout, then answers. */
  static void answerLate(Channel channel, int millis) {
    try {
      Object unused = channel.receive(Duration.ofMillis(millis));
    } catch (MidplaneException late) {
      channel.send("late");
    }
    Object unused = channel.receive();
  }

  private record Item(int number) {
    String text() {
      return "item " + number;
    }
  }
}
