package io.midplane.packet.bpf;

import static io.midplane.packet.bpf.Opcode.*;

import java.util.Arrays;
import java.util.List;

/** The kernel's checks of a classic program, with reasons where the kernel says EINVAL. */
final class BpfVerifier {
  private static final boolean[] KNOWN = new boolean[0x100];

  static {
    for (int size : new int[] {W, H, B}) {
      know(LD | size | ABS, LD | size | IND);
    }
    know(LD | IMM, LD | MEM, LD | LEN, LDX | IMM, LDX | MEM, LDX | LEN, LDX | B | MSH, ST, STX);
    for (int operation : new int[] {ADD, SUB, MUL, DIV, OR, AND, LSH, RSH, MOD, XOR}) {
      know(ALU | operation | K, ALU | operation | X);
    }
    know(ALU | NEG, JMP | JA, RET | K, RET | A, MISC | TAX, MISC | TXA);
    for (int condition : new int[] {JEQ, JGT, JGE, JSET}) {
      know(JMP | condition | K, JMP | condition | X);
    }
  }

  private final List<BpfInstruction> program;

  private BpfVerifier(List<BpfInstruction> program) {
    this.program = program;
  }

  private static void know(int... codes) {
    for (int code : codes) {
      KNOWN[code] = true;
    }
  }

  static void verify(List<BpfInstruction> program) {
    if (program.isEmpty() || program.size() > BpfProgram.MAX_LENGTH) {
      throw new BpfProgramException(
          -1, program.size() + " instructions (expected: 1 to " + BpfProgram.MAX_LENGTH + ")");
    }
    BpfVerifier verifier = new BpfVerifier(program);
    for (int at = 0; at < program.size(); at++) {
      verifier.check(at, program.get(at));
    }
    int last = program.size() - 1;
    if (classOf(program.get(last).code()) != RET) {
      throw new BpfProgramException(
          last, "code " + program.get(last).code() + " is the last (expected: a return)");
    }
    verifier.checkMemory();
  }

  private void check(int at, BpfInstruction instruction) {
    int code = instruction.code();
    if (code < 0 || code >= KNOWN.length || !KNOWN[code]) {
      throw new BpfProgramException(
          at, "code: " + code + " (expected: an operation of classic BPF)");
    }
    range(at, "jump if true", instruction.jumpTrue());
    range(at, "jump if false", instruction.jumpFalse());
    switch (classOf(code)) {
      case LD, LDX -> checkLoad(at, instruction);
      case ST, STX -> checkCell(at, instruction);
      case ALU -> checkArithmetic(at, instruction);
      case JMP -> checkJump(at, instruction);
      default -> {} // returns and moves have nothing to check
    }
  }

  private static void range(int at, String name, int jump) {
    if (jump < 0 || jump > 255) {
      throw new BpfProgramException(at, name + ": " + jump + " (expected: 0 to 255)");
    }
  }

  private static void checkLoad(int at, BpfInstruction instruction) {
    switch (instruction.code() & 0xe0) {
      case MEM -> checkCell(at, instruction);
      case ABS -> checkAncillary(at, instruction.operand());
      default -> {} // an offset may be anything: a load outside of the frame ends the program
    }
  }

  private static void checkAncillary(int at, int offset) {
    boolean isAncillary = Integer.compareUnsigned(offset, ANCILLARY) >= 0;
    if (isAncillary && (offset > ANCILLARY_LAST || (offset & 3) != 0)) {
      throw new BpfProgramException(
          at,
          "offset: 0x%x is no ancillary of the kernel (expected: 0x%x to 0x%x in steps of 4)"
              .formatted(offset, ANCILLARY, ANCILLARY_LAST));
    }
  }

  private static void checkCell(int at, BpfInstruction instruction) {
    if (instruction.operand() < 0 || instruction.operand() >= MEMORY_WORDS) {
      throw new BpfProgramException(
          at,
          "memory word: "
              + Integer.toUnsignedString(instruction.operand())
              + " (expected: 0 to 15)");
    }
  }

  private static void checkArithmetic(int at, BpfInstruction instruction) {
    if (usesX(instruction.code())) {
      return;
    }
    int operand = instruction.operand();
    switch (operationOf(instruction.code())) {
      case DIV, MOD -> {
        if (operand == 0) {
          throw new BpfProgramException(at, "divisor: 0 (expected: anything else)");
        }
      }
      case LSH, RSH -> {
        if (operand < 0 || operand > 31) {
          throw new BpfProgramException(
              at, "shift: " + Integer.toUnsignedString(operand) + " (expected: 0 to 31)");
        }
      }
      default -> {} // any operand will do
    }
  }

  private void checkJump(int at, BpfInstruction instruction) {
    int room = program.size() - at - 2;
    boolean isAlways = operationOf(instruction.code()) == JA;
    long farthest =
        isAlways
            ? Integer.toUnsignedLong(instruction.operand())
            : Math.max(instruction.jumpTrue(), instruction.jumpFalse());
    if (farthest > room) {
      throw new BpfProgramException(
          at, "jump over " + farthest + " instructions (expected: at most " + room + ", the rest)");
    }
  }

  /** No path may read a word of scratch memory that it did not write. */
  private void checkMemory() {
    int[] written = new int[program.size() + 1];
    Arrays.fill(written, -1);
    written[0] = 0;
    for (int at = 0; at < program.size(); at++) {
      BpfInstruction instruction = program.get(at);
      int code = instruction.code();
      int cell = 1 << instruction.operand();
      boolean reads = (classOf(code) == LD || classOf(code) == LDX) && (code & 0xe0) == MEM;
      if (reads && (written[at] & cell) == 0) {
        throw new BpfProgramException(
            at, "memory word " + instruction.operand() + " is read (expected: written before)");
      }
      boolean writes = classOf(code) == ST || classOf(code) == STX;
      flow(written, at, instruction, writes ? written[at] | cell : written[at]);
    }
  }

  /** A word counts as written where it is on every path that leads there. */
  private static void flow(int[] written, int at, BpfInstruction instruction, int now) {
    if (classOf(instruction.code()) == RET) {
      return;
    }
    if (classOf(instruction.code()) != JMP) {
      written[at + 1] &= now;
    } else if (operationOf(instruction.code()) == JA) {
      written[at + 1 + instruction.operand()] &= now;
    } else {
      written[at + 1 + instruction.jumpTrue()] &= now;
      written[at + 1 + instruction.jumpFalse()] &= now;
    }
  }
}
