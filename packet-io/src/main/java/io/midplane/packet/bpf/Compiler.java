package io.midplane.packet.bpf;

import static io.midplane.packet.bpf.Opcode.*;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.Expr.Arithmetic;
import io.midplane.packet.bpf.Expr.Base;
import io.midplane.packet.bpf.Expr.Compare;
import io.midplane.packet.bpf.Expr.Comparison;
import io.midplane.packet.bpf.Expr.Field;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a tree into a program.
 *
 * <p>The program is written from its end to its beginning, so that the targets of a jump are there
 * before the jump: positions count from the end, and a target that is too far for the eight bits of
 * a conditional jump gets an unconditional one in between.
 */
final class Compiler {
  private static final int REFUSE = 0;
  private static final int KEEP = 1;

  /** One less than fits, because the other target may need a jump in between as well. */
  private static final int FARTHEST = 254;

  private static final int TYPE_OFFSET = 12;
  private static final int PAYLOAD_OFFSET = 14;
  private static final int TAG_LENGTH = 4;
  private static final int ID_MASK = 0xfff;
  private static final int[] TAG_TYPES = {0x8100, 0x88a8, 0x9100};

  private final List<BpfInstruction> reversed = new ArrayList<>();

  private Compiler() {}

  /** The program that keeps whole what the tree wants. */
  static BpfProgram compile(Expr expr) {
    return new Compiler().program(expr);
  }

  private BpfProgram program(Expr expr) {
    reversed.add(BpfInstruction.of(RET | K, 0));
    reversed.add(BpfInstruction.of(RET | K, BpfProgram.KEEP_ALL));
    int entry = emit(expr, KEEP, REFUSE);
    if (entry != reversed.size() - 1) {
      jump(entry);
    }
    if (reversed.size() > BpfProgram.MAX_LENGTH) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          "filter: "
              + reversed.size()
              + " instructions (expected: at most "
              + BpfProgram.MAX_LENGTH
              + "); ask for less, or use several filters");
    }
    return BpfProgram.of(reversed.reversed());
  }

  /** Writes a test that goes on at one of two positions; answers the position of its beginning. */
  private int emit(Expr expr, int whenTrue, int whenFalse) {
    return switch (expr) {
      case Expr.Constant(var value) -> value ? whenTrue : whenFalse;
      case Expr.And(var left, var right) -> emit(left, emit(right, whenTrue, whenFalse), whenFalse);
      case Expr.Or(var left, var right) -> emit(left, whenTrue, emit(right, whenTrue, whenFalse));
      case Expr.Not(var inner) -> emit(inner, whenFalse, whenTrue);
      case Compare compare -> emitCompare(compare, whenTrue, whenFalse);
      case Expr.Relation relation -> emitRelation(relation, whenTrue, whenFalse);
      case Expr.Tag(var depth) -> emitTag(depth, whenTrue, whenFalse);
      case Expr.TagId(var depth, var id) ->
          emitCompare(
              new Compare(new Field(Base.PAYLOAD, 0, 2, depth), ID_MASK, Comparison.EQUAL, id),
              whenTrue,
              whenFalse);
    };
  }

  private int emitCompare(Compare compare, int whenTrue, int whenFalse) {
    branch(compare.comparison().operation() | K, compare.value(), whenTrue, whenFalse);
    if (compare.mask() != -1) {
      prepend(BpfInstruction.of(ALU | AND | K, compare.mask()));
    }
    return prependAll(load(compare.field()));
  }

  private int emitTag(int depth, int whenTrue, int whenFalse) {
    int next = whenFalse;
    for (int i = TAG_TYPES.length - 1; i >= 0; i--) {
      next = branch(JEQ | K, TAG_TYPES[i], whenTrue, next);
    }
    return prependAll(load(new Field(Base.TYPE, 0, 2, depth)));
  }

  private int emitRelation(Expr.Relation relation, int whenTrue, int whenFalse) {
    List<BpfInstruction> code = new ArrayList<>();
    int operation = relation.comparison().operation();
    if (relation.right() instanceof Arithmetic.Number(var value)) {
      branch(operation | K, value, whenTrue, whenFalse);
      compute(relation.left(), 0, code);
    } else {
      branch(operation | X, 0, whenTrue, whenFalse);
      computeBoth(relation.left(), relation.right(), 0, code);
    }
    return prependAll(code);
  }

  // ---- numbers: forward code that leaves the result in A and uses memory from a cell on

  private static void compute(Arithmetic number, int cell, List<BpfInstruction> code) {
    switch (number) {
      case Arithmetic.Number(var value) -> code.add(BpfInstruction.of(LD | IMM, value));
      case Arithmetic.Length() -> code.add(BpfInstruction.of(LD | W | LEN, 0));
      case Arithmetic.Load(var field, var index, _) -> computeLoad(field, index, cell, code);
      case Arithmetic.Binary(var operation, var left, var right) -> {
        if (right instanceof Arithmetic.Number(var value)) {
          compute(left, cell, code);
          code.add(BpfInstruction.of(ALU | operation | K, value));
        } else {
          computeBoth(left, right, cell, code);
          code.add(BpfInstruction.of(ALU | operation | X, 0));
        }
      }
    }
  }

  /** Left in A, right in X. */
  private static void computeBoth(
      Arithmetic left, Arithmetic right, int cell, List<BpfInstruction> code) {
    if (cell >= MEMORY_WORDS) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          "filter: arithmetic is nested too deep (expected: at most "
              + MEMORY_WORDS
              + " numbers waiting); use fewer parentheses");
    }
    compute(right, cell, code);
    code.add(BpfInstruction.of(ST, cell));
    compute(left, cell + 1, code);
    code.add(BpfInstruction.of(LDX | MEM, cell));
  }

  private static void computeLoad(
      Field field, Arithmetic index, int cell, List<BpfInstruction> code) {
    if (index instanceof Arithmetic.Number(var value)) {
      code.addAll(load(field.at(value)));
      return;
    }
    compute(index, cell, code);
    if (field.base() == Base.TRANSPORT) {
      code.add(BpfInstruction.of(LDX | B | MSH, place(field) - field.offset()));
      code.add(BpfInstruction.of(ALU | ADD | X, 0));
    }
    code.add(BpfInstruction.of(MISC | TAX, 0));
    code.add(BpfInstruction.of(LD | size(field.width()) | IND, place(field)));
  }

  // ---- places

  private static List<BpfInstruction> load(Field field) {
    int place = place(field);
    return field.base() == Base.TRANSPORT
        ? List.of(
            BpfInstruction.of(LDX | B | MSH, place - field.offset()),
            BpfInstruction.of(LD | size(field.width()) | IND, place))
        : List.of(BpfInstruction.of(LD | size(field.width()) | ABS, place));
  }

  private static int place(Field field) {
    return field.offset()
        + switch (field.base()) {
          case FRAME, KERNEL -> 0;
          case TYPE -> TYPE_OFFSET + TAG_LENGTH * field.tags();
          case PAYLOAD, TRANSPORT -> PAYLOAD_OFFSET + TAG_LENGTH * field.tags();
        };
  }

  private static int size(int width) {
    return width == 4 ? W : width == 2 ? H : B;
  }

  // ---- writing backwards

  private int branch(int condition, int operand, int whenTrue, int whenFalse) {
    int nearTrue = near(whenTrue);
    int nearFalse = near(whenFalse);
    int next = reversed.size() - 1;
    return prepend(new BpfInstruction(JMP | condition, next - nearTrue, next - nearFalse, operand));
  }

  private int near(int target) {
    return reversed.size() - 1 - target > FARTHEST ? jump(target) : target;
  }

  private int jump(int target) {
    return prepend(BpfInstruction.of(JMP | JA, reversed.size() - 1 - target));
  }

  private int prependAll(List<BpfInstruction> code) {
    code.reversed().forEach(this::prepend);
    return reversed.size() - 1;
  }

  private int prepend(BpfInstruction instruction) {
    reversed.add(instruction);
    return reversed.size() - 1;
  }
}
