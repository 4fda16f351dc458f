package io.midplane.packet.bpf;

/**
 * What a filter asks of a frame: the one tree that expressions and the builder make and that the
 * compiler turns into a program. A load outside of the frame refuses the frame, whatever stands
 * around it, so the order of tests is kept.
 */
sealed interface Expr {

  /** Always the same answer. */
  record Constant(boolean value) implements Expr {}

  /** Both; the right is not asked if the left says no. */
  record And(Expr left, Expr right) implements Expr {}

  /** One of both; the right is not asked if the left says yes. */
  record Or(Expr left, Expr right) implements Expr {}

  /** The opposite. */
  record Not(Expr inner) implements Expr {}

  /** A field of fixed place, masked, compared with a number. */
  record Compare(Field field, int mask, Comparison comparison, int value) implements Expr {}

  /** Two computed numbers compared, once their guards hold. */
  record Relation(Arithmetic left, Comparison comparison, Arithmetic right) implements Expr {}

  /** Behind so many tags is another. */
  record Tag(int depth) implements Expr {}

  /** The tag behind so many others has this id. */
  record TagId(int depth, int id) implements Expr {}

  /** How numbers without a sign are compared. */
  enum Comparison {
    EQUAL(Opcode.JEQ),
    GREATER(Opcode.JGT),
    AT_LEAST(Opcode.JGE),
    ANY_BIT(Opcode.JSET);

    private final int operation;

    Comparison(int operation) {
      this.operation = operation;
    }

    int operation() {
      return operation;
    }
  }

  /** From where offsets count. */
  enum Base {
    /** The first byte of the frame. */
    FRAME,
    /** The ethertype or length, behind the tags. */
    TYPE,
    /** Behind the ethertype. */
    PAYLOAD,
    /** Behind the IPv4 header, whatever its length. */
    TRANSPORT,
    /** No byte: what the kernel knows beside. */
    KERNEL
  }

  /**
   * A place in a frame.
   *
   * @param width 1, 2 or 4 bytes
   * @param tags how many VLAN tags the expression has asked for before it
   */
  record Field(Base base, int offset, int width, int tags) {
    Field at(int by) {
      return new Field(base, offset + by, width, tags);
    }
  }

  /** A number that is computed from a frame. */
  sealed interface Arithmetic {

    /** A constant. */
    record Number(int value) implements Arithmetic {}

    /** The length of the frame. */
    record Length() implements Arithmetic {}

    /** What stands at a field, moved by an index. The guard holds where the field makes sense. */
    record Load(Field field, Arithmetic index, Expr guard) implements Arithmetic {}

    /** An operation of {@link Opcode} on two numbers. */
    record Binary(int operation, Arithmetic left, Arithmetic right) implements Arithmetic {}
  }

  /** Both, without needless constants. */
  static Expr and(Expr left, Expr right) {
    if (left instanceof Constant(var value)) {
      return value ? right : left;
    }
    return right instanceof Constant(var value) && value ? left : new And(left, right);
  }

  /** One of both. */
  static Expr or(Expr left, Expr right) {
    return new Or(left, right);
  }

  /** The opposite; twice is nothing. */
  static Expr not(Expr inner) {
    return inner instanceof Not(var original) ? original : new Not(inner);
  }
}
