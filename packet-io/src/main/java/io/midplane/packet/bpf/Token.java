package io.midplane.packet.bpf;

/**
 * A piece of an expression.
 *
 * @param kind what it is
 * @param text as written, a leading backslash excepted
 * @param position where it begins, in characters from 0
 */
record Token(Kind kind, String text, int position) {

  /** What a piece may be. */
  enum Kind {
    WORD,
    /** A name behind a backslash: never a keyword. */
    ESCAPED,
    NUMBER,
    /** Two numbers with a hyphen. */
    RANGE,
    MAC,
    /** Two to four numbers with dots. */
    DOTTED,
    IP6,
    SYMBOL,
    END
  }

  boolean is(String wanted) {
    return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equals(wanted);
  }

  /** For people. */
  String shown() {
    return kind == Kind.END ? "the end" : "\"" + text + "\"";
  }
}
