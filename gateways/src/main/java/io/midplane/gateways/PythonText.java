package io.midplane.gateways;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The Python that travels with Midplane, and how an interpreter is given it. */
final class PythonText {
  /**
   * What an interpreter is started with: it takes one line, the literal of a text, and runs that.
   */
  static final String ONE_LINER = "import sys;exec(eval(sys.stdin.readline()))";

  private PythonText() {}

  /** The line that makes an interpreter a worker. */
  static byte[] workerLine(String id, String model) {
    String text = resource("worker.py") + "\nserve(" + literal(id) + ", " + literal(model) + ")\n";
    return (literal(text) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The line that makes a server of execnet a worker, on the connection it comes on. */
  static byte[] socketLine(String id, String model) {
    String text =
        resource("worker.py")
            + "\nserve_socket(clientsock, "
            + literal(id)
            + ", "
            + literal(model)
            + ")\n";
    return (literal(text) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** What makes an interpreter that has execnet a worker, without a line. */
  static String installedWorker(String id, String model) {
    return "import execnet.gateway_base as base; io = base.init_popen_io(base.get_execmodel("
        + literal(model)
        + ")); io.write(b'1'); base.serve(io, id="
        + literal(id)
        + ")";
  }

  /** A text of ours, by the name of its file. */
  static String resource(String name) {
    try (InputStream in = PythonText.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + ": missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** A text as Python writes it: one line, ASCII. */
  static String literal(String text) {
    StringBuilder literal = new StringBuilder(text.length() + text.length() / 8).append('\'');
    text.codePoints()
        .forEach(point -> {
          switch (point) {
            case '\'' -> literal.append("\\'");
            case '\\' -> literal.append("\\\\");
            case '\n' -> literal.append("\\n");
            case '\r' -> literal.append("\\r");
            default -> {
              if (point >= ' ' && point < 0x7f) {
                literal.append((char) point);
              } else {
                literal.append("\\U%08x".formatted(point));
              }
            }
          }
        });
    return literal.append('\'').toString();
  }
}
