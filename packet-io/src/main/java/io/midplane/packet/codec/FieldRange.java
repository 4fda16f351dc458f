package io.midplane.packet.codec;

/**
 * Checks that values fit into their fields. Stands apart from {@link CodecException} because the
 * JIT compiler never inlines a method of an exception's class, and each header has ten of these.
 */
final class FieldRange {
  private FieldRange() {}

  /** Refuses a value that is negative or more than the field holds. */
  static void check(String what, long value, long most) {
    if (value < 0 || value > most) {
      throw CodecException.unfit(what, value, most);
    }
  }
}
