package io.midplane.gateways.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.midplane.calls.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bytes that are no value, and values that are too much. */
class HostileValuesTest {
  private static final int DEEP = 50_000;

  @Test
  @DisplayName("G19: every truncation is a typed error")
  void shouldRefuseEveryTruncation() {
    byte[] sample = sample();

    for (int length = 0; length < sample.length; length++) {
      byte[] cut = Arrays.copyOf(sample, length);
      assertThatExceptionOfType(LoadException.class).isThrownBy(() -> Values.loads(cut));
      assertThatExceptionOfType(LoadException.class)
          .isThrownBy(() -> Values.load(new ByteArrayInputStream(cut)));
    }
  }

  @Test
  @DisplayName("G19: every mutation of a byte loads or is a typed error")
  void shouldLoadOrRefuseEveryMutation() throws IOException {
    byte[] sample = sample();
    int loaded = 0;
    for (int position = 0; position < sample.length; position++) {
      for (int value = 0; value < 256; value++) {
        byte[] mutated = sample.clone();
        mutated[position] = (byte) value;
        loaded += loads(mutated) ? 1 : 0;
      }
    }

    assertThat(loaded).isBetween(sample.length, sample.length * 255);
  }

  @Test
  @Tag("fuzz")
  @DisplayName("G19: random bytes and random programs load or are a typed error")
  void shouldLoadOrRefuseRandomBytes() throws IOException {
    long seed = Long.getLong("midplane.gateways.seed", System.nanoTime());
    int runs = Integer.getInteger("midplane.gateways.fuzz", 100_000);
    System.out.println("seed: " + seed + ", runs: " + runs);
    Random random = new Random(seed);
    int loaded = 0;
    for (int run = 0; run < runs; run++) {
      loaded += loads(random.nextInt(4) == 0 ? noise(random) : program(random)) ? 1 : 0;
    }

    assertThat(loaded).as("seed %d", seed).isPositive();
  }

  /** Whether it loads; anything but a value and the one error fails the test. */
  private static boolean loads(byte[] bytes) throws IOException {
    Object value;
    try {
      value = Values.loads(bytes);
    } catch (LoadException refused) {
      assertThat(refused.offset()).isBetween(0L, (long) bytes.length);
      assertThatExceptionOfType(LoadException.class)
          .as(HexFormat.of().formatHex(bytes))
          .isThrownBy(() -> Values.load(new ByteArrayInputStream(bytes)));
      return false;
    }
    byte[] written = Values.dumps(value);
    assertThat(Values.dumps(Values.load(new ByteArrayInputStream(bytes)))).isEqualTo(written);
    assertThat(Values.dumps(Values.loads(written))).isEqualTo(written);
    return true;
  }

  private static byte[] noise(Random random) {
    byte[] bytes = new byte[random.nextInt(64)];
    random.nextBytes(bytes);
    if (bytes.length > 0) {
      bytes[0] = 2;
    }
    return bytes;
  }

  /** Instructions with operands that are often small, so that some of it makes sense. */
  private static byte[] program(Random random) {
    ByteBuffer out = ByteBuffer.allocate(1024).put((byte) 2);
    int count = random.nextInt(20);
    for (int i = 0; i < count; i++) {
      byte operation = (byte) (Op.BUILD_TUPLE + random.nextInt(21));
      out.put(operation);
      switch (operation) {
        case Op.FALSE, Op.TRUE, Op.NONE, Op.NEW_DICT, Op.SET_ITEM, Op.STOP -> {}
        case Op.FLOAT -> out.putLong(random.nextLong());
        case Op.COMPLEX -> out.putLong(random.nextLong()).putLong(random.nextLong());
        default -> out.putInt(random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(3));
      }
    }
    out.put(Op.STOP);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static byte[] sample() {
    Dict dict = new Dict();
    dict.put("name", List.of(1, 1L << 40, -0.5, "é", Bytes.ofUtf8("raw")));
    dict.put(Tuple.of(1, true), Tuple.of(new Complex(1, 2), FrozenSet.of("x")));
    dict.put(null, ValueSet.of(1, "two"));
    return Values.dumps(dict);
  }

  @Test
  @DisplayName("G19: a list that announces more than can follow takes no memory")
  void shouldRefuseAListBomb() {
    assertRefused("4b 7fffffff 51", "list: 2147483647 elements");
    assertRefused("4b ffffffff 51", "list: -1 elements");
    assertRefused("4b 00000001 4b 00000001 51", "list: 1 elements");

    ByteBuffer many = ByteBuffer.allocate(1 + 5 * 100_000).put((byte) 2);
    while (many.hasRemaining()) {
      many.put(Op.NEW_LIST).putInt(60_000);
    }
    assertThatExceptionOfType(LoadException.class).isThrownBy(() -> Values.loads(many.array()));
  }

  @Test
  @DisplayName("G19: what Python raises six kinds of exceptions for is one error")
  void shouldRefuseWhatIsNoValue() {
    assertRefused("3f 51", "opcode: 0x3f (expected: 0x40 to 0x54)");
    assertRefused("51", "values at the end: 0 (expected: 1)");
    assertRefused("4c4c51", "values at the end: 2 (expected: 1)");
    assertRefused("4c 50 51", "values before a store: 1");
    assertRefused("4c4c4c 50 51", "a store into what is neither");
    assertRefused("4b00000000 4600000000 4c 50 51", "index: 0 (expected: 0 to -1)");
    assertRefused("4b00000001 46ffffffff 4c 50 51", "index: -1 (expected: 0 to 0)");
    assertRefused("4000000001 51", "members: 1 (expected: 0 to 0");
    assertRefused("40ffffffff 51", "members: -1");
    assertRefused("4e0000000180 51", "text of 1 bytes is not UTF-8");
    assertRefused("4e00000003eda080 51", "text of 3 bytes is not UTF-8");
    assertRefused("4800000000 51", "integer without digits");
    assertRefused("48000000012d 51", "integer without digits");
    assertRefused("480000000331 5f 31 51", "integer: byte 0x5f");
    assertRefused("4a 4b00000000 4c 50 51", "not a key of a dict");
    assertRefused("4a 4f00000001 51", "not a key of a dict");
  }

  private static void assertRefused(String hex, String message) {
    byte[] bytes = HexFormat.of().parseHex("02" + hex.replace(" ", ""));
    assertThatExceptionOfType(LoadException.class)
        .isThrownBy(() -> Values.loads(bytes))
        .withMessageContaining(message);
  }

  @Test
  @DisplayName("G20: values nested 50 000 deep, of each kind, both ways")
  void shouldCarryDeepValues() {
    Object lists = List.of();
    Object tuples = Tuple.of();
    Object dicts = new Dict();
    Object maps = Map.of();
    for (int i = 1; i < DEEP; i++) {
      lists = new ArrayList<>(List.of(lists));
      tuples = Tuple.of(tuples);
      Dict dict = new Dict();
      dict.put(1, dicts);
      dicts = dict;
      maps = Map.of(1, maps);
    }
    for (Object deep : List.of(lists, tuples, dicts, maps)) {
      byte[] bytes = Values.dumps(deep);
      assertThat(Values.dumps(Values.loads(bytes))).isEqualTo(bytes);
    }
  }

  @Test
  @DisplayName("G20: one level more than the limit is refused, both ways")
  void shouldRefuseMoreThanTheLimitOfDepth() {
    Limits two = Limits.defaults().withMaxDepth(2);
    List<List<Integer>> fits = List.of(List.of(1));

    byte[] bytes = Values.dumps(fits, DumpSettings.defaults().withLimits(two));
    assertThat(Values.loads(bytes, LoadSettings.defaults().withLimits(two))).isEqualTo(fits);

    assertThatExceptionOfType(DumpException.class)
        .isThrownBy(() -> Values.dumps(List.of(fits), DumpSettings.defaults().withLimits(two)))
        .withMessage("depth: more than 2 containers within each other");
    byte[] deeper = Values.dumps(Tuple.of(Tuple.of(Tuple.of())));
    assertThatExceptionOfType(LoadException.class)
        .isThrownBy(() -> Values.loads(deeper, LoadSettings.defaults().withLimits(two)))
        .withMessageContaining("depth: more than 2")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED));
  }

  @Test
  @DisplayName("G20: a container within itself is refused and named so")
  void shouldRefuseCycles() {
    List<Object> list = new ArrayList<>();
    list.add(list);
    list.add(list);
    Map<String, Object> map = new HashMap<>();
    map.put("again", Tuple.of(map));

    for (Object cycle : List.of(list, Tuple.of(map))) {
      assertThatExceptionOfType(DumpException.class)
          .isThrownBy(() -> Values.dumps(cycle))
          .withMessage("a container contains itself; break the cycle");
    }
  }

  @Test
  void shouldRefuseMoreElementsThanTheLimit() {
    byte[] bytes = Values.dumps(Tuple.of(1, 2, 3));
    Limits four = Limits.defaults().withMaxElements(4);

    assertThat(Values.loads(bytes, LoadSettings.defaults().withLimits(four)))
        .isEqualTo(Tuple.of(1, 2, 3));
    assertThatExceptionOfType(LoadException.class)
        .isThrownBy(
            () -> Values.loads(bytes, LoadSettings.defaults().withLimits(four.withMaxElements(3))))
        .withMessageContaining("elements: more than 3");
  }

  @Test
  void shouldRefuseKeysThatAreTooDeepToCompare() {
    Object key = Tuple.of();
    for (int i = 0; i < DEEP; i++) {
      key = Tuple.of(key);
    }
    Object deep = key;
    byte[] tuple = Values.dumps(key);
    byte[] dict = new byte[tuple.length + 3];
    System.arraycopy(tuple, 0, dict, 1, tuple.length - 1);
    dict[0] = 2;
    dict[1] = Op.NEW_DICT;
    System.arraycopy(tuple, 1, dict, 2, tuple.length - 2);
    dict[tuple.length] = Op.NONE;
    dict[tuple.length + 1] = Op.SET_ITEM;
    dict[tuple.length + 2] = Op.STOP;

    assertThatExceptionOfType(LoadException.class)
        .isThrownBy(() -> Values.loads(dict))
        .withMessageContaining("at most 100 within each other");
    assertThatExceptionOfType(DumpException.class)
        .isThrownBy(() -> Values.dumps(java.util.Collections.singletonMap(deepKey(deep), 1)));
  }

  /** A key whose hash Java can compute, which is all that a map of one entry wants. */
  private static Object deepKey(Object deep) {
    return deep;
  }
}
