package io.midplane.protocol;

import java.util.List;

/** What a column holds; null is a value of every type. */
public enum ColumnType {
  /** {@link String}. */
  TEXT("text"),
  /** {@link Long}. */
  INTEGER("integer"),
  /** {@link Boolean}. */
  FLAG("flag"),
  /** {@link Double}. */
  REAL("real"),
  /** {@link Bytes}. */
  DATA("data"),
  /** {@link List} of values, also of mixed types. */
  LIST("list");

  private final String word;

  ColumnType(String word) {
    this.word = word;
  }

  /** The type as messages and documents call it: the name in lower case. */
  public String word() {
    return word;
  }

  /** The type of a value that a {@link Row} returned. Blocks: no. */
  public static ColumnType of(Object value) {
    return switch (value) {
      case String _ -> TEXT;
      case Long _ -> INTEGER;
      case Boolean _ -> FLAG;
      case Double _ -> REAL;
      case Bytes _ -> DATA;
      case List<?> _ -> LIST;
      default -> throw Values.unsupported("value", value);
    };
  }
}
