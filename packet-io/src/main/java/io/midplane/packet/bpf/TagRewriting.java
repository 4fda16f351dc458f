package io.midplane.packet.bpf;

import io.midplane.packet.bpf.Expr.And;
import io.midplane.packet.bpf.Expr.Arithmetic;
import io.midplane.packet.bpf.Expr.Base;
import io.midplane.packet.bpf.Expr.Compare;
import io.midplane.packet.bpf.Expr.Comparison;
import io.midplane.packet.bpf.Expr.Constant;
import io.midplane.packet.bpf.Expr.Field;
import io.midplane.packet.bpf.Expr.Not;
import io.midplane.packet.bpf.Expr.Or;
import io.midplane.packet.bpf.Expr.Relation;
import io.midplane.packet.bpf.Expr.Tag;
import io.midplane.packet.bpf.Expr.TagId;

/** Moves a tree behind more VLAN tags, or in front of one. */
final class TagRewriting {
  private static final int ID_MASK = 0xfff;

  private final int by;

  private TagRewriting(int by) {
    this.by = by;
  }

  /** The tree where everything stands behind so many more tags. */
  static Expr behind(int tags, Expr expr) {
    return tags == 0 ? expr : new TagRewriting(tags).rewritten(expr);
  }

  /**
   * The tree for live frames. The kernel takes the outer tag out of most frames and keeps it
   * beside, but leaves some in (other tag types, frames that go out), so both are asked for.
   */
  static Expr live(Expr expr) {
    if (!mentionsTags(expr)) {
      return expr;
    }
    Expr beside = kernel(Opcode.ANCILLARY_VLAN_PRESENT, 0xffffffff, 1);
    return Expr.or(
        Expr.and(beside, new TagRewriting(-1).rewritten(expr)), Expr.and(Expr.not(beside), expr));
  }

  /** A fact beside the bytes has this value. */
  static Expr kernel(int ancillary, int mask, int value) {
    return new Compare(new Field(Base.KERNEL, ancillary, 4, 0), mask, Comparison.EQUAL, value);
  }

  /** Whether the tree asks for tags. */
  static boolean mentionsTags(Expr expr) {
    return switch (expr) {
      case Tag _, TagId _ -> true;
      case And(var left, var right) -> mentionsTags(left) || mentionsTags(right);
      case Or(var left, var right) -> mentionsTags(left) || mentionsTags(right);
      case Not(var inner) -> mentionsTags(inner);
      case Constant _, Compare _, Relation _ -> false;
    };
  }

  /** Whether the tree asks what only a kernel knows. */
  static boolean asksKernel(Expr expr) {
    return switch (expr) {
      case Compare compare -> compare.field().base() == Base.KERNEL;
      case And(var left, var right) -> asksKernel(left) || asksKernel(right);
      case Or(var left, var right) -> asksKernel(left) || asksKernel(right);
      case Not(var inner) -> asksKernel(inner);
      case Constant _, Relation _, Tag _, TagId _ -> false;
    };
  }

  private Expr rewritten(Expr expr) {
    return switch (expr) {
      case Constant constant -> constant;
      case And(var left, var right) -> Expr.and(rewritten(left), rewritten(right));
      case Or(var left, var right) -> Expr.or(rewritten(left), rewritten(right));
      case Not(var inner) -> Expr.not(rewritten(inner));
      case Compare(var field, var mask, var comparison, var value) ->
          new Compare(rewritten(field), mask, comparison, value);
      case Relation(var left, var comparison, var right) ->
          new Relation(rewritten(left), comparison, rewritten(right));
      case Tag(var depth) -> depth + by < 0 ? new Constant(true) : new Tag(depth + by);
      case TagId(var depth, var id) ->
          depth + by < 0
              ? kernel(Opcode.ANCILLARY_VLAN_TCI, ID_MASK, id)
              : new TagId(depth + by, id);
    };
  }

  private Field rewritten(Field field) {
    return new Field(field.base(), field.offset(), field.width(), Math.max(0, field.tags() + by));
  }

  private Arithmetic rewritten(Arithmetic number) {
    return switch (number) {
      case Arithmetic.Number constant -> constant;
      case Arithmetic.Length length -> length;
      case Arithmetic.Load(var field, var index, var guard) ->
          new Arithmetic.Load(rewritten(field), rewritten(index), rewritten(guard));
      case Arithmetic.Binary(var operation, var left, var right) ->
          new Arithmetic.Binary(operation, rewritten(left), rewritten(right));
    };
  }
}
