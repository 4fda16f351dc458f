package io.midplane.gateways;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.ArrayList;
import java.util.List;

/** Text split into words as a POSIX shell splits it: blanks, both quotes, the backslash. */
final class ShellWords {
  private static final String SPECIAL_IN_QUOTES = "\"\\$`";

  private final String text;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private int at;

  private ShellWords(String text) {
    this.text = text;
  }

  /**
   * The words of a text; none of an empty one.
   *
   * @throws MidplaneException INVALID_ARGUMENT for a quote without its end, or a backslash at the
   *     end
   */
  static List<String> of(String text) {
    return new ShellWords(text).split();
  }

  /** A word that a POSIX shell reads as this text. */
  static String quote(String word) {
    if (word.matches("[\\w@%+=:,./-]+")) {
      return word;
    }
    return "'" + word.replace("'", "'\"'\"'") + "'";
  }

  private List<String> split() {
    while (at < text.length()) {
      char next = text.charAt(at++);
      if (next == ' ' || next == '\t' || next == '\n' || next == '\r') {
        endWord();
      } else {
        inWord = true;
        take(next);
      }
    }
    endWord();
    return List.copyOf(words);
  }

  private void take(char next) {
    switch (next) {
      case '\\' -> word.append(following("a character behind the backslash"));
      case '\'' -> takeLiteral();
      case '"' -> takeQuoted();
      default -> word.append(next);
    }
  }

  private void takeLiteral() {
    for (char next = following("a '"); next != '\''; next = following("a '")) {
      word.append(next);
    }
  }

  private void takeQuoted() {
    for (char next = following("a \""); next != '"'; next = following("a \"")) {
      if (next == '\\') {
        char escaped = following("a character behind the backslash");
        if (SPECIAL_IN_QUOTES.indexOf(escaped) < 0) {
          word.append('\\');
        }
        word.append(escaped);
      } else {
        word.append(next);
      }
    }
  }

  private char following(String expected) {
    if (at == text.length()) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "words: " + text + " ends too early (expected: " + expected + ")");
    }
    return text.charAt(at++);
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }
}
