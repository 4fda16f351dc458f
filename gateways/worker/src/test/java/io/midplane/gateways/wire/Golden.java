package io.midplane.gateways.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values, and the bytes that Python's execnet wrote for them.
 *
 * @param python the value as an expression
 * @param bytes its written form without the byte of the version
 */
record Golden(String python, byte[] bytes) {
  private static final String FILE = "golden.tsv";

  /** The same values in Java, by their Python expression. */
  private static final Map<String, Object> IN_JAVA = inJava();

  static List<Golden> all() {
    try (InputStream in = Golden.class.getResourceAsStream(FILE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", -1))
          .map(fields -> new Golden(fields[0], HexFormat.of().parseHex(fields[1])))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The value in Java. */
  Object value() {
    if (!IN_JAVA.containsKey(python)) {
      throw new IllegalStateException(python + ": no value in Java for it");
    }
    return IN_JAVA.get(python);
  }

  /** The bytes behind that of a version. */
  byte[] withVersion(int version) {
    byte[] all = new byte[bytes.length + 1];
    all[0] = (byte) version;
    System.arraycopy(bytes, 0, all, 1, bytes.length);
    return all;
  }

  @Override
  public String toString() {
    return python;
  }

  private static Map<String, Object> inJava() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("None", null);
    values.put("True", true);
    values.put("False", false);
    for (int number : new int[] {0, -1, 1, 127, 128, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      values.put(Integer.toString(number), number);
    }
    values.put("2147483648", 1L << 31);
    values.put("10**30", BigInteger.TEN.pow(30));
    values.put("0.5", 0.5);
    values.put("-0.0", -0.0);
    values.put("float('inf')", Double.POSITIVE_INFINITY);
    values.put("float('-inf')", Double.NEGATIVE_INFINITY);
    values.put("float('nan')", Double.NaN);
    values.put("1+2j", new Complex(1, 2));
    values.put("''", "");
    values.put("'a'", "a");
    values.put("'h\\xe9llo'", "héllo");
    values.put("'\\u20ac'", "€");
    values.put("'\\U0001f600'", "😀");
    values.put("'\\ufffd'", "\uFFFD");
    values.put("b''", Bytes.of());
    values.put("b'\\x00\\xff'", Bytes.of((byte) 0, (byte) 0xFF));
    values.put("[]", List.of());
    values.put("[1]", List.of(1));
    values.put("[None, True, 'x']", Arrays.asList(null, true, "x"));
    values.put("[[], [[]]]", List.of(List.of(), List.of(List.of())));
    values.put("()", Tuple.of());
    values.put("(1,)", Tuple.of(1));
    values.put("(1, (2, 3))", Tuple.of(1, Tuple.of(2, 3)));
    values.put("{}", new Dict());
    values.put("{'a': 1}", Map.of("a", 1));
    values.put(
        "{1: 'one', 2.5: None, 'k': {}, b'b': b'', None: (), (1, 2): [], frozenset([3]): True}",
        keysOfAllKinds());
    values.put(
        "{'a': {'b': {'c': [1, (2,), {}]}}}",
        Map.of("a", Map.of("b", Map.of("c", List.of(1, Tuple.of(2), Map.of())))));
    values.put("set()", new ValueSet());
    values.put("{7}", ValueSet.of(7));
    values.put("frozenset()", FrozenSet.of());
    values.put("frozenset(['x'])", FrozenSet.of("x"));
    values.put("[{1}, frozenset([(1, 2)])]", List.of(ValueSet.of(1), FrozenSet.of(Tuple.of(1, 2))));
    return values;
  }

  private static Map<Object, Object> keysOfAllKinds() {
    Map<Object, Object> dict = new LinkedHashMap<>();
    dict.put(1, "one");
    dict.put(2.5, null);
    dict.put("k", Map.of());
    dict.put(Bytes.ofUtf8("b"), Bytes.of());
    dict.put(null, Tuple.of());
    dict.put(Tuple.of(1, 2), new ArrayList<>());
    dict.put(FrozenSet.of(3), true);
    return dict;
  }
}
