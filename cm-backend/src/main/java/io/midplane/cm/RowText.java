package io.midplane.cm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Bytes;
import io.midplane.protocol.ProcessName;
import io.midplane.protocol.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row as one line of text and back: {@code vlan name="blue" id=7 ports=["1:1","1:2"]}. Values are
 * JSON without spaces between tokens; bytes are {@code {"bytes":"<base64>"}}, numbers that JSON
 * does not know {@code {"real":"NaN"}}.
 */
final class RowText {

  private static final JsonFactory JSON = new JsonFactory();
  private static final String HEX = "0123456789abcdef";

  /** The line does not say what a row says; the message is the reason. */
  static final class Unreadable extends Exception {
    Unreadable(String reason) {
      super(reason, null, false, false);
    }
  }

  private RowText() {}

  /** The line of a row, without a line break. */
  static String line(String table, Row row) {
    var line = new StringBuilder(table);
    for (Map.Entry<String, @Nullable Object> cell : row.asMap().entrySet()) {
      line.append(' ').append(cell.getKey()).append('=');
      write(line, cell.getValue());
    }
    return line.toString();
  }

  private static void write(StringBuilder to, @Nullable Object value) {
    switch (value) {
      case null -> to.append("null");
      case String text -> writeText(to, text);
      case Long number -> to.append(number.longValue());
      case Boolean flag -> to.append(flag.booleanValue());
      case Double number when Double.isFinite(number) -> to.append(number.doubleValue());
      case Double number -> to.append("{\"real\":\"").append(number.doubleValue()).append("\"}");
      case Bytes data ->
          to.append("{\"bytes\":\"")
              .append(Base64.getEncoder().encodeToString(data.toArray()))
              .append("\"}");
      case List<?> items -> writeItems(to, items);
      default -> throw new IllegalStateException("a row holds no " + value.getClass().getName());
    }
  }

  private static void writeItems(StringBuilder to, List<?> items) {
    to.append('[');
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        to.append(',');
      }
      write(to, items.get(i));
    }
    to.append(']');
  }

  /** Everything that could be taken for a line break, or that UTF-8 cannot hold, is escaped. */
  private static void writeText(StringBuilder to, String text) {
    to.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        to.append('\\').append(c);
      } else if (isPlain(text, i)) {
        to.append(c);
      } else {
        to.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          to.append(HEX.charAt((c >> shift) & 0xf));
        }
      }
    }
    to.append('"');
  }

  private static boolean isPlain(String text, int index) {
    char c = text.charAt(index);
    if (Character.isHighSurrogate(c)) {
      return index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
    }
    return !Character.isISOControl(c) && c != '\u2028' && c != '\u2029';
  }

  /**
   * The row in a line that {@link #line} wrote for this table.
   *
   * @throws Unreadable with the reason
   */
  static Row read(String table, String line) throws Unreadable {
    if (!line.startsWith(table + " ")) {
      throw new Unreadable("not a row of table " + table);
    }
    Row.Builder row = Row.builder();
    int at = table.length();
    while (at < line.length()) {
      int equals = line.indexOf('=', at);
      if (line.charAt(at) != ' ' || equals < 0) {
        throw new Unreadable("no column=value at character " + (at + 1));
      }
      String column = line.substring(at + 1, equals);
      if (!ProcessName.isValid(column)) {
        throw new Unreadable("\"" + column + "\": not the name of a column");
      }
      at = endOfValue(line, equals + 1);
      try {
        row.put(column, value(column, line.substring(equals + 1, at)));
      } catch (MidplaneException refused) {
        throw new Unreadable(String.valueOf(refused.getMessage()));
      }
    }
    return row.build();
  }

  /** The next space outside a text. */
  private static int endOfValue(String line, int from) {
    boolean inText = false;
    for (int i = from; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        inText = !inText;
      } else if (c == ' ' && !inText) {
        return i;
      }
    }
    return line.length();
  }

  private static @Nullable Object value(String column, String json) throws Unreadable {
    try (JsonParser parser = JSON.createParser(json)) {
      Object value = value(parser, parser.nextToken());
      if (parser.nextToken() != null) {
        throw new Unreadable("more than one value");
      }
      return value;
    } catch (IOException notJson) {
      throw new Unreadable("column " + column + ": not a JSON value");
    } catch (Unreadable unreadable) {
      throw new Unreadable("column " + column + ": " + unreadable.getMessage());
    }
  }

  private static @Nullable Object value(JsonParser parser, @Nullable JsonToken token)
      throws IOException, Unreadable {
    return switch (token) {
      case null -> throw new Unreadable("a value is missing");
      case VALUE_NULL -> null;
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case START_ARRAY -> items(parser);
      case START_OBJECT -> tagged(parser);
      default -> throw new Unreadable("a value begins with " + token);
    };
  }

  private static List<@Nullable Object> items(JsonParser parser) throws IOException, Unreadable {
    List<@Nullable Object> items = new ArrayList<>();
    JsonToken token = parser.nextToken();
    while (token != JsonToken.END_ARRAY) {
      items.add(value(parser, token));
      token = parser.nextToken();
    }
    return items;
  }

  private static Object tagged(JsonParser parser) throws IOException, Unreadable {
    String tag = parser.nextFieldName();
    String text = parser.nextTextValue();
    if (tag == null || text == null || parser.nextToken() != JsonToken.END_OBJECT) {
      throw new Unreadable("an object is neither {\"bytes\":…} nor {\"real\":…}");
    }
    try {
      return switch (tag) {
        case "bytes" -> Bytes.of(Base64.getDecoder().decode(text));
        case "real" -> Double.valueOf(text);
        default -> throw new Unreadable("an object is tagged " + tag);
      };
    } catch (IllegalArgumentException unreadable) {
      throw new Unreadable("{\"" + tag + "\":\"" + text + "\"}: " + unreadable.getMessage());
    }
  }
}
