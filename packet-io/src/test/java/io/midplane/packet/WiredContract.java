package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.packet.frame.BatchBuilder;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.SendResult;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A cable with a port at its left end, whatever carries the frames. */
abstract class WiredContract {
  static final Duration LONG = PortContract.LONG;
  static final Duration NONE_EXPECTED = PortContract.NONE_EXPECTED;

  Wiring wiring;
  PacketPort left;

  abstract Wiring wire();

  @BeforeEach
  void wireUp() {
    wiring = wire();
    left = wiring.left(options());
  }

  @AfterEach
  void takeDown() {
    if (left != null) {
      left.close();
    }
    if (wiring != null) {
      wiring.close();
    }
  }

  static PortOptions options() {
    return PortOptions.defaults();
  }

  static Frame next(PacketPort port) {
    return PortContract.next(port);
  }

  void send(int from, int count) {
    var builder = new BatchBuilder(count, count * 64);
    for (int i = from; i < from + count; i++) {
      builder.add(Frames.numbered(i, 64));
    }
    assertThat(left.send(builder.toBatch())).containsOnly(SendResult.SENT);
  }

  static FrameSubscription subscribe(PacketPort port, CaptureSettings settings, SinkProbe probe) {
    return port.subscribe(Frames.type(Frames.TYPE), settings, probe).join();
  }
}
