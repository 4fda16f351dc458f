package io.midplane.packet.bpf;

import io.midplane.packet.bpf.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts an expression into pieces, as tcpdump does. */
final class Lexer {
  private static final String HEX2 = "[0-9a-fA-F]{1,2}";

  /** In order of preference where several begin at the same place and end at the same one. */
  private static final Pattern PIECE =
      Pattern.compile(
          "(?<mac>HEX:HEX:HEX:HEX:HEX:HEX(?![0-9a-fA-F:])|HEX-HEX-HEX-HEX-HEX-HEX(?![\\w-]))"
                  .replace("HEX", HEX2)
              + "|(?<ip6>(?=[0-9a-fA-F]*:[0-9a-fA-F:]*:)[0-9a-fA-F:]+(?:\\d+\\.\\d+\\.\\d+\\.\\d+)?)"
              + "|(?<dotted>\\d+(?:\\.\\d+){1,3}(?![\\w.]))|(?<range>\\d+-\\d+(?![\\w.]))"
              + "|(?<number>(?:0[xX][0-9a-fA-F]+|\\d+)(?![\\w.]))"
              + "|(?<escaped>\\\\[A-Za-z0-9][-.\\w]*)|(?<word>[A-Za-z0-9](?:[-.\\w]*[.\\w])?)"
              + "|(?<symbol>&&|\\|\\||<<|>>|<=|>=|!=|==|[!()\\[\\]:/<>=&|^+\\-*%])");

  private static final Pattern SPACE = Pattern.compile("\\s*");

  private Lexer() {}

  /** The pieces, and behind them an END. */
  static List<Token> tokens(String text) {
    List<Token> tokens = new ArrayList<>();
    Matcher piece = PIECE.matcher(text);
    Matcher space = SPACE.matcher(text);
    int at = 0;
    while (true) {
      space.region(at, text.length());
      at = space.lookingAt() ? space.end() : at;
      if (at == text.length()) {
        tokens.add(new Token(Kind.END, "", at));
        return tokens;
      }
      piece.region(at, text.length());
      piece.useTransparentBounds(true);
      if (!piece.lookingAt()) {
        throw new FilterSyntaxException(
            text, at, "\"" + text.charAt(at) + "\"", "a word, a number, an address or an operator");
      }
      tokens.add(token(piece, at));
      at = piece.end();
    }
  }

  private static Token token(Matcher piece, int at) {
    String text = piece.group();
    if (piece.group("escaped") != null) {
      return new Token(Kind.ESCAPED, text.substring(1), at);
    }
    return new Token(kind(piece), text, at);
  }

  private static Kind kind(Matcher piece) {
    if (piece.group("mac") != null) {
      return Kind.MAC;
    } else if (piece.group("ip6") != null) {
      return Kind.IP6;
    } else if (piece.group("dotted") != null) {
      return Kind.DOTTED;
    } else if (piece.group("range") != null) {
      return Kind.RANGE;
    } else if (piece.group("number") != null) {
      return Kind.NUMBER;
    }
    return piece.group("word") != null ? Kind.WORD : Kind.SYMBOL;
  }
}
