package io.midplane.gateways.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Dicts, sets and tuples compare as Python does. */
class KeysTest {

  @Test
  @DisplayName("G21: 1, True and 1.0 are one key; the first stays, the last value wins")
  void shouldTakeEqualNumbersForOneKey() {
    byte[] bytes =
        HexFormat.of()
            .parseHex("024a4600000001460000000a5052460000000b50443ff0000000000000460000000c5051");

    Dict dict = (Dict) Values.loads(bytes);

    assertThat(dict).hasSize(1);
    assertThat(dict.keySet().iterator().next()).isEqualTo(1).isInstanceOf(Integer.class);
    assertThat(dict.get(true)).isEqualTo(12);
    assertThat(dict.get(1L)).isEqualTo(12);
    assertThat(dict.get(BigInteger.ONE)).isEqualTo(12);
    assertThat(dict.get(new Complex(1, 0))).isEqualTo(12);
    assertThat(dict.get("1")).isNull();
  }

  @Test
  @DisplayName("G21: numbers of all types by value, text never equal to bytes")
  void shouldCompareNumbersByValue() {
    List<List<Object>> groups =
        List.of(
            List.of(0, 0L, 0.0, -0.0, false, new Complex(0, -0.0), 0f, (short) 0, (byte) 0),
            List.of(1L << 40, (double) (1L << 40), BigInteger.TWO.pow(40)),
            List.of(BigInteger.TWO.pow(63), 0x1p63),
            List.of(BigInteger.TWO.pow(100), 0x1p100),
            List.of(Long.MIN_VALUE, -0x1p63),
            List.of(Long.MAX_VALUE),
            List.of(0.5, new Complex(0.5, 0)),
            List.of(new Complex(0, 1)),
            List.of(Double.POSITIVE_INFINITY),
            List.of("a"),
            List.of(Bytes.ofUtf8("a")),
            List.of(Tuple.of(1), Tuple.of(1.0), Tuple.of(true)),
            List.of(FrozenSet.of(1, 2), FrozenSet.of(2L, 1.0)));
    for (int i = 0; i < groups.size(); i++) {
      for (Object a : groups.get(i)) {
        for (int j = 0; j < groups.size(); j++) {
          for (Object b : groups.get(j)) {
            assertThat(Keys.equal(a, b)).as("%s and %s", a, b).isEqualTo(i == j);
            assertThat(Keys.hash(a) == Keys.hash(b) || i != j).as("%s and %s", a, b).isTrue();
          }
        }
      }
    }
  }

  @Test
  @DisplayName("G21: a NaN is the key it is, and no other")
  void shouldTakeANanForItselfOnly() {
    Double first = Double.NaN;
    Double second = new ArrayList<>(List.of(Double.NaN + 1)).getFirst();
    Dict dict = new Dict();

    dict.put(first, 1);
    dict.put(second, 2);

    assertThat(dict).hasSize(2);
    assertThat(dict.get(first)).isEqualTo(1);
  }

  @Test
  @DisplayName("G21: insertion order is kept, and a dict is a map in every other way")
  void shouldBehaveAsALinkedHashMap() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Dict dict = new Dict();
    Map<Object, Object> model = new LinkedHashMap<>();
    for (int step = 0; step < 20_000; step++) {
      Object key = random.nextBoolean() ? "k" + random.nextInt(300) : random.nextInt(300);
      switch (random.nextInt(8)) {
        case 0, 1 -> assertThat(dict.remove(key)).isEqualTo(model.remove(key));
        case 2 -> assertThat(dict.get(key)).isEqualTo(model.get(key));
        case 3 -> assertThat(dict.containsKey(key)).isEqualTo(model.containsKey(key));
        default -> assertThat(dict.put(key, step)).isEqualTo(model.put(key, step));
      }
      if (random.nextInt(4000) == 0) {
        dict.clear();
        model.clear();
      }
    }

    assertThat(new ArrayList<>(dict.entrySet()))
        .as("seed %d", seed)
        .isEqualTo(new ArrayList<>(model.entrySet()));
    assertThat(dict).isEqualTo(model).hasSameHashCodeAs(model);
  }

  @Test
  void shouldChangeADictThroughItsEntries() {
    Dict dict = Dict.copyOf(new LinkedHashMap<>(Map.of("a", 1)));
    dict.put(null, null);

    dict.entrySet().iterator().next().setValue(2);
    Iterator<Object> keys = dict.keySet().iterator();
    keys.next();
    keys.next();
    keys.remove();

    assertThat(dict).isEqualTo(Map.of("a", 2));
    assertThat(keys.hasNext()).isFalse();
    Iterator<Object> stale = dict.keySet().iterator();
    dict.put("b", 1);
    assertThatExceptionOfType(ConcurrentModificationException.class).isThrownBy(stale::next);
  }

  @Test
  void shouldCompareSetsByMembers() {
    ValueSet set = ValueSet.of(1, 1.0, "a");

    assertThat(set).hasSize(2).isEqualTo(FrozenSet.of("a", true));
    assertThat(FrozenSet.of("a", 1)).isEqualTo(set).hasSameHashCodeAs(FrozenSet.of(1L, "a"));
    assertThat(set.add(true)).isFalse();
    assertThat(set.remove(1L)).isTrue();
    assertThat(set.remove(1L)).isFalse();
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> FrozenSet.of(1).clear());
  }

  @Test
  void shouldShowValuesShortly() {
    assertThat(Tuple.of(1)).hasToString("(1,)");
    assertThat(Tuple.of(1, null)).hasToString("(1, null)");
    assertThat(Tuple.of()).hasToString("()");
    assertThat(Bytes.of((byte) 1, (byte) 0xAB)).hasToString("Bytes[2: 01ab]");
    assertThat(Bytes.of(new byte[20])).hasToString("Bytes[20: " + "00".repeat(16) + "…]");
    assertThat(new Complex(1, -2)).hasToString("(1.0-2.0j)");
  }

  @Test
  void shouldNotLetBytesChange() {
    byte[] array = {1, 2, 3};
    Bytes bytes = Bytes.of(array);

    array[0] = 9;
    bytes.toArray()[1] = 9;

    assertThat(bytes).isEqualTo(Bytes.of((byte) 1, (byte) 2, (byte) 3));
    assertThat(bytes.asBuffer().isReadOnly()).isTrue();
    assertThat(bytes.get(2)).isEqualTo((byte) 3);
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> bytes.get(3));
  }
}
