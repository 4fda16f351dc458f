package io.midplane.packet.bpf;

import static io.midplane.packet.bpf.Opcode.*;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.List;

/**
 * Runs a verified program the way the kernel does: a load outside of the frame ends it with 0, so
 * does a division by 0; numbers have 32 bits and no sign; a shift takes the low five bits.
 */
final class BpfMachine {
  private static final int ETHERNET = 1;
  private static final int LINK_HEADER_LENGTH = 14;
  private static final int OUTSIDE = -1;

  private final int[] codes;
  private final int[] trues;
  private final int[] falses;
  private final int[] operands;
  private final boolean usesMemory;

  BpfMachine(List<BpfInstruction> program) {
    codes = program.stream().mapToInt(BpfInstruction::code).toArray();
    trues = program.stream().mapToInt(BpfInstruction::jumpTrue).toArray();
    falses = program.stream().mapToInt(BpfInstruction::jumpFalse).toArray();
    operands = program.stream().mapToInt(BpfInstruction::operand).toArray();
    usesMemory =
        program.stream().anyMatch(one -> classOf(one.code()) == ST || classOf(one.code()) == STX);
  }

  int run(byte[] frame, int offset, int length, BpfFacts facts) {
    int[] memory = usesMemory ? new int[MEMORY_WORDS] : codes;
    int a = 0;
    int x = 0;
    for (int at = 0; ; at++) {
      int code = codes[at];
      int k = operands[at];
      switch (code) {
        case RET | K -> {
          return k;
        }
        case RET | A -> {
          return a;
        }
        case LD | W | ABS, LD | H | ABS, LD | B | ABS -> {
          if (Integer.compareUnsigned(k, ANCILLARY) >= 0) {
            a = ancillary(k, a, x, frame, offset, length, facts);
          } else {
            long loaded = load(frame, offset, length, k, code & 0x18);
            if (loaded == OUTSIDE) {
              return 0;
            }
            a = (int) loaded;
          }
        }
        case LD | W | IND, LD | H | IND, LD | B | IND -> {
          long loaded = load(frame, offset, length, x + k, code & 0x18);
          if (loaded == OUTSIDE) {
            return 0;
          }
          a = (int) loaded;
        }
        case LDX | B | MSH -> {
          long loaded = load(frame, offset, length, k, B);
          if (loaded == OUTSIDE) {
            return 0;
          }
          x = 4 * ((int) loaded & 0xf);
        }
        case LD | IMM -> a = k;
        case LDX | IMM -> x = k;
        case LD | MEM -> a = memory[k];
        case LDX | MEM -> x = memory[k];
        case LD | LEN -> a = facts.length();
        case LDX | LEN -> x = facts.length();
        case ST -> memory[k] = a;
        case STX -> memory[k] = x;
        case MISC | TAX -> x = a;
        case MISC | TXA -> a = x;
        case JMP | JA -> at += k;
        default -> {
          int operand = usesX(code) ? x : k;
          if (classOf(code) == JMP) {
            at += holds(code, a, operand) ? trues[at] : falses[at];
          } else if (operand == 0 && divides(code)) {
            return 0;
          } else {
            a = compute(code, a, operand);
          }
        }
      }
    }
  }

  private static boolean divides(int code) {
    return operationOf(code) == DIV || operationOf(code) == MOD;
  }

  private static boolean holds(int code, int a, int operand) {
    return switch (operationOf(code)) {
      case JEQ -> a == operand;
      case JGT -> Integer.compareUnsigned(a, operand) > 0;
      case JGE -> Integer.compareUnsigned(a, operand) >= 0;
      default -> (a & operand) != 0;
    };
  }

  static int compute(int code, int a, int operand) {
    return switch (operationOf(code)) {
      case ADD -> a + operand;
      case SUB -> a - operand;
      case MUL -> a * operand;
      case DIV -> Integer.divideUnsigned(a, operand);
      case MOD -> Integer.remainderUnsigned(a, operand);
      case OR -> a | operand;
      case AND -> a & operand;
      case LSH -> a << operand;
      case RSH -> a >>> operand;
      case XOR -> a ^ operand;
      default -> -a;
    };
  }

  /** The value without a sign, or OUTSIDE. */
  private static long load(byte[] frame, int offset, int length, int at, int size) {
    int from = at >= 0 ? at : relative(at);
    int width = size == W ? 4 : size == H ? 2 : 1;
    if (from < 0 || from > length - width) {
      return OUTSIDE;
    }
    int index = offset + from;
    int first = frame[index] & 0xff;
    if (size == B) {
      return first;
    }
    int two = first << 8 | frame[index + 1] & 0xff;
    if (size == H) {
      return two;
    }
    return ((long) two << 16) | (frame[index + 2] & 0xff) << 8 | frame[index + 3] & 0xff;
  }

  /** Negative offsets count from the network or the link header. */
  private static int relative(int at) {
    if (Integer.compareUnsigned(at, NETWORK_HEADER) >= 0) {
      return LINK_HEADER_LENGTH + (at - NETWORK_HEADER);
    }
    return Integer.compareUnsigned(at, LINK_HEADER) >= 0 ? at - LINK_HEADER : OUTSIDE;
  }

  private static int ancillary(
      int k, int a, int x, byte[] frame, int offset, int length, BpfFacts facts) {
    return switch (k) {
      case ANCILLARY_PROTOCOL -> protocol(frame, offset, length);
      case ANCILLARY_PACKET_TYPE -> facts.packetType();
      case ANCILLARY_IFINDEX -> facts.ifindex();
      case ANCILLARY_MARK, ANCILLARY_QUEUE -> 0;
      case ANCILLARY_HARDWARE_TYPE -> ETHERNET;
      case ANCILLARY_XOR_X -> a ^ x;
      case ANCILLARY_VLAN_TCI -> facts.vlanTci();
      case ANCILLARY_VLAN_PRESENT -> facts.tagged() ? 1 : 0;
      case ANCILLARY_VLAN_TPID -> facts.vlanTpid();
      default ->
          throw new MidplaneException(
              ErrorCode.UNSUPPORTED,
              "bpf ancillary: 0x%x can be known by a kernel only; use the program on a live interface"
                  .formatted(k));
    };
  }

  /** What the kernel's Ethernet code makes of the type or length field. */
  private static int protocol(byte[] frame, int offset, int length) {
    long type = load(frame, offset, length, 12, H);
    if (type >= 0x600) {
      return (int) type;
    }
    return load(frame, offset, length, 14, H) == 0xffff ? 0x0001 : 0x0004;
  }
}
