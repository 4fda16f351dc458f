package io.midplane.packet;

import io.midplane.packet.bpf.BpfProgram;

/** Two machines with a cable, on which ports are opened: in the kernel, or in memory. */
interface Wiring extends AutoCloseable {

  /** A port at the left end, without a filter. */
  PacketPort left(PortOptions options);

  /** A port at the right end, without a filter. */
  PacketPort right(PortOptions options);

  /** A port at the right end, with a filter. */
  PacketPort right(BpfProgram filter, PortOptions options);

  /** A port on all interfaces of the right machine. */
  PacketPort any(BpfProgram filter, PortOptions options);

  /** Opens an interface that is not there. */
  PacketPort missing(String name);

  /** Lays another cable; returns a port at its left end. The right end has that name. */
  PacketPort anotherCable(String rightName);

  /** Waits for nothing, gives everything back. */
  @Override
  void close();
}
