package io.midplane.testkit.packet;

import io.midplane.packet.PacketPort;
import io.midplane.packet.PortOptions;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.MacAddress;
import java.time.Duration;

/** A program that opens a port, says so, and waits to be killed. */
final class KilledPort {
  private KilledPort() {}

  public static void main(String[] arguments) {
    var options = PortOptions.defaults().withVirtualRouter(arguments[1]).withPromiscuous();
    try (var port = PacketPort.open(arguments[0], BpfProgram.all(), options)) {
      port.join(MacAddress.of("01:80:c2:00:00:0e"));
      IO.println("open");
      while (port.isOpen()) {
        var unused = port.receive(Duration.ofDays(1));
      }
    }
  }
}
