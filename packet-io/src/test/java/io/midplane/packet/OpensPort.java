package io.midplane.packet;

import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.BpfProgram;

/** A program that opens a port and says what came of it. */
final class OpensPort {
  private OpensPort() {}

  public static void main(String[] arguments) {
    try (var port = PacketPort.open(arguments[0], BpfProgram.all())) {
      IO.println("open " + port.address().interfaceName());
    } catch (MidplaneException e) {
      IO.println(e.getMessage());
    }
  }
}
