package io.midplane.node;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.midplane.gateways.wire.Bytes;
import io.midplane.gateways.wire.Complex;
import io.midplane.gateways.wire.Dict;
import io.midplane.gateways.wire.FrozenSet;
import io.midplane.gateways.wire.Tuple;
import io.midplane.gateways.wire.ValueSet;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Values of gateways as JSON. What JSON does not have is an object with one key that says what it
 * is: {@code bytes}, in base64, {@code tuple}, {@code set}, {@code frozenset}, {@code complex},
 * {@code float} for what is no number, and {@code dict}, as pairs, where a key is no text.
 */
final class GatewayValues {
  private static final Set<String> TAGS =
      Set.of("bytes", "tuple", "set", "frozenset", "complex", "float", "dict");

  private GatewayValues() {}

  static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case Boolean flag -> json.writeBoolean(flag);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case BigInteger number -> json.writeNumber(number);
      case Double number when number.isNaN() || number.isInfinite() ->
          tagged(json, "float", number.toString());
      case Double number -> json.writeNumber(number);
      case String text -> json.writeString(text);
      case Bytes bytes ->
          tagged(json, "bytes", Base64.getEncoder().encodeToString(bytes.toArray()));
      case Complex(double real, double imaginary) ->
          tagged(json, "complex", List.of(real, imaginary));
      case Tuple tuple -> tagged(json, "tuple", tuple.asList());
      case FrozenSet set -> tagged(json, "frozenset", new ArrayList<>(set));
      case Set<?> set -> tagged(json, "set", new ArrayList<>(set));
      case Collection<?> list -> writeAll(json, list);
      case Map<?, ?> map -> writeMap(json, map);
      default -> json.writeString(value.toString());
    }
  }

  private static void tagged(JsonGenerator json, String tag, Object content) throws IOException {
    json.writeStartObject();
    json.writeFieldName(tag);
    write(json, content);
    json.writeEndObject();
  }

  private static void writeAll(JsonGenerator json, Collection<?> items) throws IOException {
    json.writeStartArray();
    for (Object item : items) {
      write(json, item);
    }
    json.writeEndArray();
  }

  private static void writeMap(JsonGenerator json, Map<?, ?> map) throws IOException {
    boolean plain =
        map.keySet().stream().allMatch(String.class::isInstance)
            && !(map.size() == 1 && TAGS.contains(map.keySet().iterator().next()));
    json.writeStartObject();
    if (plain) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName((String) entry.getKey());
        write(json, entry.getValue());
      }
    } else {
      json.writeFieldName("dict");
      json.writeStartArray();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeStartArray();
        write(json, entry.getKey());
        write(json, entry.getValue());
        json.writeEndArray();
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  /**
   * The value of a text.
   *
   * @throws IOException if it is no JSON
   */
  static @Nullable Object parse(String text) throws IOException {
    try (JsonParser json = new JsonFactory().createParser(text)) {
      JsonToken first = json.nextToken();
      if (first == null) {
        throw new IOException("nothing");
      }
      Object value = read(json);
      if (json.nextToken() != null) {
        throw new IOException("more than one value");
      }
      return value;
    }
  }

  private static @Nullable Object read(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT -> json.getNumberValue();
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case START_ARRAY -> readArray(json);
      case START_OBJECT -> readObject(json);
      case END_ARRAY, END_OBJECT, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new IOException("no value");
    };
  }

  private static List<@Nullable Object> readArray(JsonParser json) throws IOException {
    List<@Nullable Object> items = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      items.add(read(json));
    }
    return items;
  }

  private static @Nullable Object readObject(JsonParser json) throws IOException {
    Dict dict = new Dict();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      json.nextToken();
      dict.put(key, read(json));
    }
    if (dict.size() == 1 && TAGS.contains(dict.keySet().iterator().next())) {
      return untagged(String.valueOf(dict.keySet().iterator().next()), dict);
    }
    return dict;
  }

  private static @Nullable Object untagged(String tag, Dict dict) throws IOException {
    try {
      Object content = Objects.requireNonNull(dict.get(tag), tag);
      return switch (tag) {
        case "bytes" -> Bytes.of(Base64.getDecoder().decode((String) content));
        case "tuple" -> Tuple.copyOf((List<?>) content);
        case "set" -> ValueSet.copyOf((List<?>) content);
        case "frozenset" -> FrozenSet.copyOf((List<?>) content);
        case "float" -> Double.valueOf((String) content);
        case "complex" -> {
          List<?> parts = (List<?>) content;
          yield new Complex(
              ((Number) parts.get(0)).doubleValue(), ((Number) parts.get(1)).doubleValue());
        }
        default -> {
          Dict pairs = new Dict();
          for (Object pair : (List<?>) content) {
            pairs.put(((List<?>) pair).get(0), ((List<?>) pair).get(1));
          }
          yield pairs;
        }
      };
    } catch (RuntimeException wrong) {
      throw new IOException(tag + ": " + dict.get(tag), wrong);
    }
  }
}
