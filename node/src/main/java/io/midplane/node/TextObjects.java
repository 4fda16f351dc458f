package io.midplane.node;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Text in UTF-8 that becomes JSON objects, {@code {"line":…}} for each line once it has ended. */
final class TextObjects extends OutputStream {
  private final PrintStream out;
  private final JsonLines objects;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  private TextObjects(PrintStream out) {
    this.out = out;
    objects = new JsonLines(out);
  }

  /** A stream that prints its lines to another as objects; flushing it flushes the other. */
  static PrintStream to(PrintStream out) {
    return new PrintStream(new TextObjects(out), false, StandardCharsets.UTF_8);
  }

  @Override
  public void write(int next) {
    if (next != '\n') {
      line.write(next);
      return;
    }
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    objects.print(json -> json.writeStringField("line", text));
  }

  @Override
  public void flush() {
    out.flush();
  }
}
