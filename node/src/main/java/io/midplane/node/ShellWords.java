package io.midplane.node;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a line of the shell apart as a POSIX shell would, without expanding anything: blanks part
 * words, quotes keep them, in the middle of a word too; a backslash takes the next letter as it is,
 * except between single quotes.
 */
final class ShellWords {
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private char quote;

  private ShellWords() {}

  /**
   * The words of a line; none for a blank one.
   *
   * @throws MidplaneException INVALID_ARGUMENT for a quote that is not closed, or a last backslash
   */
  static List<String> of(String line) {
    return new ShellWords().split(line);
  }

  private List<String> split(String line) {
    for (int i = 0; i < line.length(); i++) {
      char letter = line.charAt(i);
      if (letter == '\\' && quote != '\'') {
        if (++i == line.length()) {
          throw unfinished("a letter behind the last backslash");
        }
        add(line.charAt(i));
      } else if (quote != 0) {
        onQuoted(letter);
      } else if (letter == '"' || letter == '\'') {
        quote = letter;
        inWord = true;
      } else if (Character.isWhitespace(letter)) {
        end();
      } else {
        add(letter);
      }
    }
    if (quote != 0) {
      throw unfinished("a closing " + quote);
    }
    end();
    return words;
  }

  private void onQuoted(char letter) {
    if (letter == quote) {
      quote = 0;
    } else {
      add(letter);
    }
  }

  private void add(char letter) {
    word.append(letter);
    inWord = true;
  }

  private void end() {
    if (inWord) {
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }

  private static MidplaneException unfinished(String expected) {
    return new MidplaneException(
        ErrorCode.INVALID_ARGUMENT, "the line is not finished (expected: " + expected + ")");
  }
}
