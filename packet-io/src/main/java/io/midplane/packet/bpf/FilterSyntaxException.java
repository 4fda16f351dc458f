package io.midplane.packet.bpf;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/** An expression that is no filter; says where and what was expected. Code INVALID_ARGUMENT. */
public final class FilterSyntaxException extends MidplaneException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 200;

  private final int position;

  FilterSyntaxException(String expression, int position, String found, String expected) {
    super(
        ErrorCode.INVALID_ARGUMENT,
        "filter: %s at column %d (expected: %s) in \"%s\""
            .formatted(found, position + 1, expected, shown(expression)));
    this.position = position;
  }

  private static String shown(String expression) {
    return expression.length() <= SHOWN ? expression : expression.substring(0, SHOWN) + "…";
  }

  /** Where in the expression the fault is, in characters from 0. */
  public int position() {
    return position;
  }
}
