package io.midplane.node;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A line of {@code xenstore ls}: indented and cut to the terminal's width, or flat and whole. */
final class StoreTreeLine {
  private static final int USUAL_WIDTH = 80;
  private static final int COLUMN_OF_PERMISSIONS = 60;
  private static final int CUT_MARK = " = \"...\"".length();

  private final boolean isFlat;
  private final int width;

  StoreTreeLine(boolean isFlat) {
    this.isFlat = isFlat;
    this.width = isFlat ? Integer.MAX_VALUE / 2 : width();
  }

  /**
   * The line of a node.
   *
   * @param value null if it cannot be read
   * @param permissions to be shown behind it, or null
   */
  String of(
      String path, String name, int depth, byte @Nullable [] value, @Nullable String permissions) {
    var line = new StringBuilder();
    int used = 0;
    if (isFlat) {
      line.append(path);
    } else {
      line.append(" ".repeat(depth));
      line.append(cut(name, width - CUT_MARK - depth));
      used = line.length();
    }
    if (value == null) {
      line.append(":\n");
    } else if (width < used + value.length + CUT_MARK) {
      String text = cut(StoreText.escaped(value), width - CUT_MARK - used);
      line.append(" = \"").append(text).append("\\...\"");
    } else {
      line.append(" = \"").append(StoreText.escaped(value)).append('"');
      if (permissions != null) {
        lead(line);
      }
    }
    return permissions == null ? line.toString() : line + "  (" + permissions + ")";
  }

  /** Dots to the column of the permissions. */
  private void lead(StringBuilder line) {
    line.append(' ');
    for (int at = line.length(); !isFlat && at < Math.min(COLUMN_OF_PERMISSIONS, width); at++) {
      line.append(at % 2 == 1 ? '.' : ' ');
    }
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, Math.max(0, length));
  }

  /** The terminal's width less two, as it takes a process to ask for it only if there is one. */
  private static int width() {
    if (System.console() == null || !System.console().isTerminal()) {
      return USUAL_WIDTH;
    }
    try {
      Process stty =
          new ProcessBuilder("stty", "size").redirectInput(ProcessBuilder.Redirect.INHERIT).start();
      String answer = stty.inputReader().readLine();
      return stty.waitFor(1, TimeUnit.SECONDS) && stty.exitValue() == 0 && answer != null
          ? Integer.parseInt(answer.split(" ", 2)[1]) - 2
          : USUAL_WIDTH;
    } catch (IOException | NumberFormatException unknown) {
      return USUAL_WIDTH;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return USUAL_WIDTH;
    }
  }
}
