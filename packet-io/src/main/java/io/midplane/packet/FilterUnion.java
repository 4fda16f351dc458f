package io.midplane.packet;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.PortFilter.Direction;
import io.midplane.packet.bpf.BpfInstruction;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.PacketType;
import java.util.ArrayList;
import java.util.List;

/**
 * One program that wants what any of several filters wants: their programs one behind the other,
 * where "not wanted" of one becomes a jump to the next.
 */
final class FilterUnion {
  private static final int RETURN = 0x06;
  private static final int RETURN_A = 0x16;
  private static final int LOAD_IMMEDIATE = 0x00;
  private static final int LOAD_WORD = 0x20;
  private static final int A_TO_X = 0x07;
  private static final int JUMP = 0x05;
  private static final int JUMP_IF_EQUAL = 0x15;

  /** Where a load finds the packet type instead of bytes. */
  private static final int PACKET_TYPE = 0xffff_f004;

  private FilterUnion() {}

  /**
   * The union.
   *
   * @param bothWays whether frames that go out are seen at all, so that directions matter
   */
  static BpfProgram of(List<PortFilter> filters, boolean bothWays) {
    if (filters.size() == 1 && !bothWays) {
      return filters.getFirst().program();
    }
    List<BpfInstruction> union = new ArrayList<>();
    for (PortFilter filter : filters) {
      append(filter, bothWays, union);
    }
    union.add(new BpfInstruction(RETURN, 0, 0, 0));
    if (union.size() > BpfProgram.MAX_LENGTH) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          "filters of the port: "
              + union.size()
              + " instructions together (expected: at most "
              + BpfProgram.MAX_LENGTH
              + "); use shorter ones, or a port of its own for some");
    }
    return BpfProgram.of(union);
  }

  private static void append(PortFilter filter, boolean bothWays, List<BpfInstruction> to) {
    List<BpfInstruction> own = filter.program().instructions();
    if (bothWays) {
      appendDirection(filter.direction(), own.size() + 2, to);
    }
    // A program may count on both registers being 0 where it begins.
    to.add(new BpfInstruction(LOAD_IMMEDIATE, 0, 0, 0));
    to.add(new BpfInstruction(A_TO_X, 0, 0, 0));
    for (int i = 0; i < own.size(); i++) {
      BpfInstruction instruction = own.get(i);
      if (instruction.code() == RETURN_A) {
        throw new MidplaneException(
            ErrorCode.UNSUPPORTED,
            "bpf instruction "
                + i
                + ": returns the accumulator (expected: a constant where a port"
                + " has several filters); give this one a port of its own");
      }
      boolean unwanted = instruction.code() == RETURN && instruction.operand() == 0;
      to.add(unwanted ? jump(own.size() - 1 - i) : instruction);
    }
  }

  private static void appendDirection(Direction wanted, int skip, List<BpfInstruction> to) {
    to.add(new BpfInstruction(LOAD_WORD, 0, 0, PACKET_TYPE));
    int outgoing = PacketType.OUTGOING.ordinal();
    boolean ingress = wanted == Direction.INGRESS;
    to.add(new BpfInstruction(JUMP_IF_EQUAL, ingress ? 0 : 1, ingress ? 1 : 0, outgoing));
    to.add(jump(skip));
  }

  private static BpfInstruction jump(int distance) {
    return new BpfInstruction(JUMP, 0, 0, distance);
  }
}
