package io.midplane.packet;

import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.link.Link;
import io.midplane.packet.segment.LoopbackSegment;
import io.midplane.packet.segment.MemoryHost;

/** Two machines in memory joined by a segment. */
final class MemoryWiring implements Wiring {
  private final LoopbackSegment segment = LoopbackSegment.create();
  private final MemoryHost right = new MemoryHost().attach("vb", segment);

  @Override
  public PacketPort left(PortOptions options) {
    return segment.open("va", options);
  }

  @Override
  public PacketPort right(PortOptions options) {
    return right.open("vb", options);
  }

  @Override
  public PacketPort right(BpfProgram filter, PortOptions options) {
    return right.open("vb", filter, options);
  }

  @Override
  public PacketPort any(BpfProgram filter, PortOptions options) {
    return right.open(Link.ANY, filter, options);
  }

  @Override
  public PacketPort missing(String name) {
    return right.open(name, PortOptions.defaults());
  }

  @Override
  public PacketPort anotherCable(String rightName) {
    LoopbackSegment cable = LoopbackSegment.create();
    right.attach(rightName, cable);
    return cable.open("left");
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
