package io.midplane.node;

import com.fasterxml.jackson.core.JsonGenerator;
import io.midplane.protocol.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Results of a XenStore command: bytes as they are, held back until {@link #flush} so that a
 * transaction that has to be run again can take them back; or JSON lines.
 */
final class StoreOutput {
  private final PrintStream out;
  private final boolean isJson;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private final JsonLines lines;

  StoreOutput(CommandContext context) {
    this.out = context.out();
    this.isJson = context.json();
    this.lines = new JsonLines(new PrintStream(held, true, StandardCharsets.UTF_8));
  }

  boolean isJson() {
    return isJson;
  }

  StoreOutput print(String text) {
    held.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  StoreOutput print(byte[] bytes) {
    held.writeBytes(bytes);
    return this;
  }

  /** Prints a JSON object. */
  void json(JsonLines.Fields fields) {
    lines.print(fields);
  }

  /** Writes a value: as text if it is UTF-8, else as {@code {"bytes":"base64"}}. */
  static void value(JsonGenerator json, byte[] value) throws IOException {
    json.writeFieldName("value");
    try {
      JsonLines.value(
          json, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
    } catch (CharacterCodingException notText) {
      JsonLines.value(json, Bytes.of(value));
    }
  }

  /** Takes back what was not flushed. */
  void clear() {
    held.reset();
  }

  /** Prints what was held back, at once. */
  void flush() {
    try {
      held.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    held.reset();
    out.flush();
  }

  /** Whether nobody reads any more. */
  boolean isClosed() {
    return out.checkError();
  }
}
