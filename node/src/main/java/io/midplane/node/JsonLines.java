package io.midplane.node;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.midplane.protocol.Bytes;
import io.midplane.protocol.Row;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON objects, one a line, each printed when it is complete. */
final class JsonLines {

  /** Writes the fields of an object. */
  @FunctionalInterface
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private final PrintStream out;
  private final JsonGenerator generator;

  JsonLines(PrintStream out) {
    this.out = out;
    try {
      generator =
          JsonFactory.builder()
              .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
              .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
              .build()
              .createGenerator(out);
      generator.setRootValueSeparator(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prints one object. */
  void print(Fields fields) {
    try {
      generator.writeStartObject();
      fields.write(generator);
      generator.writeEndObject();
      generator.writeRaw('\n');
      generator.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether nobody reads any more; flushes to see. */
  boolean isClosed() {
    return out.checkError();
  }

  /** Writes a row as an object; null for none. */
  static void row(JsonGenerator json, @Nullable Row row) throws IOException {
    if (row == null) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    for (Map.Entry<String, @Nullable Object> cell : row.asMap().entrySet()) {
      json.writeFieldName(cell.getKey());
      value(json, cell.getValue());
    }
    json.writeEndObject();
  }

  /** Writes a cell's value in its own type; bytes as {@code {"bytes":"base64"}}. */
  // No switch over the types: linking one takes a short command some 10 ms.
  static void value(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Long integer) {
      json.writeNumber(integer);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Double real) {
      json.writeNumber(real);
    } else if (value instanceof Bytes data) {
      json.writeStartObject();
      json.writeStringField("bytes", Base64.getEncoder().encodeToString(data.toArray()));
      json.writeEndObject();
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      for (Object item : list) {
        value(json, item);
      }
      json.writeEndArray();
    } else {
      throw new IllegalArgumentException("no cell holds a " + value.getClass());
    }
  }
}
