package io.midplane.packet.link;

import io.midplane.packet.bpf.BpfFacts;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.frame.VlanTag;

/** Runs filters outside of the kernel, on frames with what is known beside their bytes. */
public final class FrameFacts {
  private FrameFacts() {}

  /** Whether a program wants a frame of a batch. Blocks: no. */
  public static boolean wants(BpfProgram program, FrameBatch batch, int index) {
    var facts =
        new BpfFacts(
            batch.originalLength(index),
            batch.type(index).ordinal(),
            batch.ifindex(index),
            batch.isTagged(index),
            batch.vlanTci(index),
            batch.vlanTpid(index));
    return program.run(batch.array(), batch.offset(index), batch.length(index), facts) != 0;
  }

  /** Whether a program wants a frame. Blocks: no. */
  public static boolean wants(BpfProgram program, Frame frame) {
    FrameMeta meta = frame.meta();
    VlanTag tag = meta.vlan();
    var facts =
        new BpfFacts(
            meta.originalLength(),
            meta.type().ordinal(),
            meta.ifindex(),
            tag != null,
            tag == null ? 0 : tag.tci(),
            tag == null ? 0 : tag.tpid());
    return program.run(frame.bytes(), 0, frame.bytes().length, facts) != 0;
  }
}
