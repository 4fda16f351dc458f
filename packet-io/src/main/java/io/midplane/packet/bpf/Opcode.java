package io.midplane.packet.bpf;

/**
 * The numbers of classic BPF, as in the kernel's {@code linux/bpf_common.h} and {@code filter.h}.
 */
final class Opcode {
  static final int LD = 0x00;
  static final int LDX = 0x01;
  static final int ST = 0x02;
  static final int STX = 0x03;
  static final int ALU = 0x04;
  static final int JMP = 0x05;
  static final int RET = 0x06;
  static final int MISC = 0x07;

  static final int W = 0x00;
  static final int H = 0x08;
  static final int B = 0x10;

  static final int IMM = 0x00;
  static final int ABS = 0x20;
  static final int IND = 0x40;
  static final int MEM = 0x60;
  static final int LEN = 0x80;
  static final int MSH = 0xa0;

  static final int ADD = 0x00;
  static final int SUB = 0x10;
  static final int MUL = 0x20;
  static final int DIV = 0x30;
  static final int OR = 0x40;
  static final int AND = 0x50;
  static final int LSH = 0x60;
  static final int RSH = 0x70;
  static final int NEG = 0x80;
  static final int MOD = 0x90;
  static final int XOR = 0xa0;

  static final int JA = 0x00;
  static final int JEQ = 0x10;
  static final int JGT = 0x20;
  static final int JGE = 0x30;
  static final int JSET = 0x40;

  static final int K = 0x00;
  static final int X = 0x08;
  static final int A = 0x10;

  static final int TAX = 0x00;
  static final int TXA = 0x80;

  /** How many words of scratch memory a program has. */
  static final int MEMORY_WORDS = 16;

  /** Loads from here on, without a sign, ask the kernel about the frame instead of its bytes. */
  static final int ANCILLARY = 0xfffff000;

  static final int ANCILLARY_PROTOCOL = ANCILLARY;
  static final int ANCILLARY_PACKET_TYPE = ANCILLARY + 4;
  static final int ANCILLARY_IFINDEX = ANCILLARY + 8;
  static final int ANCILLARY_MARK = ANCILLARY + 20;
  static final int ANCILLARY_QUEUE = ANCILLARY + 24;
  static final int ANCILLARY_HARDWARE_TYPE = ANCILLARY + 28;
  static final int ANCILLARY_XOR_X = ANCILLARY + 40;
  static final int ANCILLARY_VLAN_TCI = ANCILLARY + 44;
  static final int ANCILLARY_VLAN_PRESENT = ANCILLARY + 48;
  static final int ANCILLARY_VLAN_TPID = ANCILLARY + 60;

  /** The last ancillary the kernel knows. */
  static final int ANCILLARY_LAST = ANCILLARY_VLAN_TPID;

  /** Loads from here on are relative to the network header. */
  static final int NETWORK_HEADER = 0xfff00000;

  /** Loads from here on are relative to the link header. */
  static final int LINK_HEADER = 0xffe00000;

  private Opcode() {}

  /** The class of an operation, its low three bits. */
  static int classOf(int code) {
    return code & 0x07;
  }

  /** The operation within ALU and JMP. */
  static int operationOf(int code) {
    return code & 0xf0;
  }

  /** Whether the operand is register X. */
  static boolean usesX(int code) {
    return (code & X) != 0;
  }
}
