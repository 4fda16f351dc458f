package io.midplane.packet.bpf;

import io.midplane.packet.bpf.Token.Kind;
import java.util.List;
import java.util.Set;

/** The pieces of an expression with a place among them, and how faults are told. */
final class Scanner {
  private static final Set<String> NUMERIC_OPERATORS =
      Set.of(
          "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "<", ">", "<=", ">=", "=", "==",
          "!=");
  private static final int MAX_DEPTH = 100;

  private final String text;
  private final List<Token> tokens;
  private final int[] closing;
  private int at;
  private int depth;

  Scanner(String text) {
    this.text = text;
    this.tokens = Lexer.tokens(text);
    this.closing = new int[tokens.size()];
    matchParentheses();
  }

  private void matchParentheses() {
    int[] open = new int[tokens.size()];
    int count = 0;
    for (int i = 0; i < closing.length; i++) {
      if (tokens.get(i).is("(")) {
        open[count++] = i;
      } else if (tokens.get(i).is(")") && count > 0) {
        closing[open[--count]] = i;
      }
    }
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  boolean take(String word) {
    boolean there = peek().is(word);
    if (there) {
      next();
    }
    return there;
  }

  void require(String symbol) {
    if (!take(symbol)) {
      throw unexpected(symbol);
    }
  }

  /** One level of parentheses more; {@link #leave} when they are over. */
  void enter() {
    if (++depth > MAX_DEPTH) {
      throw fault(peek(), "parentheses", "at most " + MAX_DEPTH + " levels");
    }
  }

  void leave() {
    depth--;
  }

  /** Whether the piece here ends in an operator for numbers: then it begins a comparison. */
  boolean beginsNumber() {
    Token token = peek();
    if (token.is("-")) {
      return true;
    }
    if (token.is("(")) {
      int end = closing[at];
      return end > 0 && isNumericOperator(tokens.get(end + 1));
    }
    return token.kind() == Kind.NUMBER && isNumericOperator(peek(1));
  }

  private static boolean isNumericOperator(Token token) {
    return token.kind() == Kind.SYMBOL && NUMERIC_OPERATORS.contains(token.text());
  }

  FilterSyntaxException unexpected(String expected) {
    return fault(peek(), peek().shown(), expected);
  }

  FilterSyntaxException fault(Token where, String found, String expected) {
    return new FilterSyntaxException(text, where.position(), found, expected);
  }

  /** A number up to a limit. */
  int number(String what, int most) {
    Token token = peek();
    if (token.kind() != Kind.NUMBER) {
      throw unexpected(what);
    }
    long value = value(token);
    if (value > most) {
      throw fault(token, what + " " + token.text(), "0 to " + most);
    }
    next();
    return (int) value;
  }

  /** A number of 32 bits without a sign; decimal, hexadecimal or octal. */
  long value(Token token) {
    String digits = token.text();
    try {
      long value =
          digits.startsWith("0x") || digits.startsWith("0X")
              ? Long.parseLong(digits.substring(2), 16)
              : digits.length() > 1 && digits.startsWith("0")
                  ? Long.parseLong(digits, 8)
                  : Long.parseLong(digits);
      if (value <= 0xffffffffL) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw fault(token, token.shown(), "a number");
    }
    throw fault(token, token.shown(), "a number up to 4294967295");
  }
}
