package io.midplane.testkit.packet;

import io.midplane.actors.Midplane;
import io.midplane.packet.PortOptions;
import io.midplane.packet.actor.PacketIo;
import io.midplane.packet.segment.LoopbackSegment;
import io.midplane.packet.segment.MemoryHost;

/** Port actors in memory. */
class SegmentPortActorTest extends PortActorContract {

  @Override
  Ends ends(Midplane midplane) {
    LoopbackSegment segment = LoopbackSegment.create();
    MemoryHost left = new MemoryHost().attach("va", segment);
    MemoryHost right = new MemoryHost().attach("vb", segment);
    PacketIo io = PacketIo.of(midplane);
    return new Ends(
        io.spawn("left", left.opener("va"), PortOptions.defaults()),
        io.spawn("right", right.opener("vb"), PortOptions.defaults()));
  }
}
