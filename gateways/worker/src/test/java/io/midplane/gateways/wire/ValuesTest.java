package io.midplane.gateways.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.midplane.calls.ErrorCode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

  static List<Golden> golden() {
    return Golden.all();
  }

  @DisplayName("G14: what is written is what execnet writes, in both versions")
  @ParameterizedTest
  @MethodSource("golden")
  void shouldWriteTheBytesOfExecnet(Golden golden) {
    assertThat(Values.dumps(golden.value())).isEqualTo(golden.withVersion(2));
    assertThat(Values.dumps(golden.value(), DumpSettings.defaults().withVersion(1)))
        .isEqualTo(golden.withVersion(1));
    assertThat(new ValueCodec(Limits.defaults()).encode(golden.value())).isEqualTo(golden.bytes());
  }

  @DisplayName("G14: what execnet writes is read as what it was, in both versions")
  @ParameterizedTest
  @MethodSource("golden")
  void shouldReadTheBytesOfExecnet(Golden golden) {
    assertThat(Values.loads(golden.withVersion(1))).satisfies(read -> assertSame(read, golden));
    assertThat(Values.loads(golden.withVersion(2))).satisfies(read -> assertSame(read, golden));
  }

  private static void assertSame(Object read, Golden golden) {
    if (golden.value() instanceof Map<?, ?> map) {
      assertThat(read).isInstanceOf(Dict.class).isEqualTo(Dict.copyOf(map));
    } else {
      assertThat(read).isEqualTo(golden.value());
    }
    assertThat(Values.dumps(read)).isEqualTo(golden.withVersion(2));
  }

  @Test
  @DisplayName("G14: what only Python 2 writes is read")
  void shouldReadWhatOnlyPython2Writes() {
    assertThat(loads("47 00000005 51")).isEqualTo(5);
    assertThat(loads("49 0000000c 2d3939393939393939393939 51")).isEqualTo(-99_999_999_999L);
    assertThat(loads("53 00000002 c3a9 51")).isEqualTo("é");
    assertThat(loads("4d 00000001 e9 51")).isEqualTo(Bytes.of((byte) 0xE9));
  }

  @Test
  @DisplayName("G15: integers of any size, at the edges of four and eight bytes")
  void shouldCarryIntegersOfAnySize() {
    assertCarried(Integer.MAX_VALUE, Integer.MAX_VALUE);
    assertCarried(Integer.MAX_VALUE + 1L, Integer.MAX_VALUE + 1L);
    assertCarried((long) Integer.MIN_VALUE, Integer.MIN_VALUE);
    assertCarried(Integer.MIN_VALUE - 1L, Integer.MIN_VALUE - 1L);
    assertCarried(Long.MAX_VALUE, Long.MAX_VALUE);
    assertCarried(Long.MIN_VALUE, Long.MIN_VALUE);
    assertCarried(BigInteger.valueOf(7), 7);
    assertCarried(BigInteger.TWO.pow(63), BigInteger.TWO.pow(63));
    assertCarried(BigInteger.TEN.pow(30).negate(), BigInteger.TEN.pow(30).negate());
    assertCarried((short) -3, -3);
    assertCarried((byte) 4, 4);
    assertThat(HexFormat.of().formatHex(Values.dumps(Integer.MIN_VALUE - 1L)))
        .isEqualTo("02" + "48" + "0000000b" + "2d32313437343833363439" + "51");
  }

  private static void assertCarried(Object written, Object read) {
    assertThat(Values.loads(Values.dumps(written))).isEqualTo(read).hasSameClassAs(read);
  }

  @Test
  @DisplayName("G15: integers of more digits than the limit are refused both ways, at once")
  void shouldRefuseTooManyDigits() {
    BigInteger fits = BigInteger.TEN.pow(4300).subtract(BigInteger.ONE);
    assertThat(Values.loads(Values.dumps(fits.negate()))).isEqualTo(fits.negate());

    assertThatExceptionOfType(DumpException.class)
        .isThrownBy(() -> Values.dumps(BigInteger.TEN.pow(4300)))
        .withMessage("integer: more than 4300 digits");
    assertThatExceptionOfType(DumpException.class)
        .isThrownBy(() -> Values.dumps(BigInteger.ONE.shiftLeft(1 << 24)));
    byte[] long1 = Values.dumps(Bytes.of("1".repeat(4301).getBytes()));
    long1[1] = Op.LONG_INT;
    assertThatExceptionOfType(LoadException.class).isThrownBy(() -> Values.loads(long1));
  }

  @ParameterizedTest
  @DisplayName("G16: floats keep every bit, NaNs and negative zero included")
  @ValueSource(
      longs = {
        0,
        1,
        0x8000_0000_0000_0000L,
        0x7FF0_0000_0000_0000L,
        0x7FF8_0000_0000_0001L,
        0xFFF8_0000_0000_0000L,
        0x7FF4_0000_0000_00FFL,
        0x3FF0_0000_0000_0000L
      })
  void shouldKeepEveryBitOfAFloat(long bits) {
    double number = Double.longBitsToDouble(bits);

    Double read = (Double) Values.loads(Values.dumps(number));
    Complex complex = (Complex) Values.loads(Values.dumps(new Complex(number, -number)));

    assertThat(Double.doubleToRawLongBits(read)).isEqualTo(bits);
    assertThat(Double.doubleToRawLongBits(complex.real())).isEqualTo(bits);
    assertThat(Double.doubleToRawLongBits(complex.imaginary()))
        .isEqualTo(Double.doubleToRawLongBits(-number));
    assertThat(Values.loads(Values.dumps(1.5f))).isEqualTo(1.5);
  }

  @ParameterizedTest
  @DisplayName("G17: strings of another Python under the four settings")
  @ValueSource(booleans = {false, true})
  void shouldTreatStringsAsTold(boolean py3) {
    LoadSettings asBytes = LoadSettings.defaults().withStrings(new StringCoercion(false, py3));
    LoadSettings asText = LoadSettings.defaults().withStrings(new StringCoercion(true, py3));
    byte[] py2String = HexFormat.of().parseHex("02" + "4d00000001e9" + "51");
    byte[] py3String = HexFormat.of().parseHex("02" + "4e00000002c3a9" + "51");
    byte[] unicode = HexFormat.of().parseHex("02" + "5300000002c3a9" + "51");
    byte[] bytes = HexFormat.of().parseHex("02" + "4100000002c3a9" + "51");
    Bytes raw = Bytes.ofUtf8("é");

    assertThat(Values.loads(py2String, asBytes)).isEqualTo(Bytes.of((byte) 0xE9));
    assertThat(Values.loads(py2String, asText)).isEqualTo("é");
    for (LoadSettings settings : List.of(asBytes, asText)) {
      assertThat(Values.loads(py3String, settings)).isEqualTo(py3 ? raw : "é");
      assertThat(Values.loads(unicode, settings)).isEqualTo("é");
      assertThat(Values.loads(bytes, settings)).isEqualTo(raw);
    }
  }

  @Test
  @DisplayName("G17: the defaults of loads and of channels")
  void shouldHaveTheDefaultsOfExecnet() {
    assertThat(LoadSettings.defaults().strings()).isEqualTo(new StringCoercion(false, false));
    assertThat(StringCoercion.ofChannels()).isEqualTo(new StringCoercion(true, false));
  }

  @Test
  @DisplayName("G18: a wrong version is a typed error, reading and writing")
  void shouldRefuseAWrongVersion() {
    assertThatExceptionOfType(LoadException.class)
        .isThrownBy(() -> Values.loads(new byte[] {3, Op.NONE, Op.STOP}))
        .withMessage("offset 0: version: 3 (expected: 1 or 2)");
    assertThatExceptionOfType(LoadException.class)
        .isThrownBy(() -> Values.loads(new byte[0]))
        .withMessage("offset 0: nothing there");
    assertThatExceptionOfType(io.midplane.calls.MidplaneException.class)
        .isThrownBy(() -> DumpSettings.defaults().withVersion(3));
  }

  @Test
  @DisplayName("G22: bytes behind the value are ignored, and reported when strict")
  void shouldIgnoreOrReportBytesBehind() {
    byte[] more = {2, Op.NONE, Op.STOP, Op.NONE};

    assertThat(Values.loads(more)).isNull();
    assertThatExceptionOfType(LoadException.class)
        .isThrownBy(() -> Values.loads(more, LoadSettings.defaults().withStrict(true)))
        .withMessage("offset 3: 1 bytes behind the value")
        .satisfies(e -> assertThat(e.offset()).isEqualTo(3));
  }

  @Test
  void shouldRefuseWhatHasNoForm() {
    assertThatExceptionOfType(DumpException.class)
        .isThrownBy(() -> Values.dumps(List.of(new Object[0], 1)))
        .withMessageStartingWith("can't serialize [Ljava.lang.Object; (expected: null, Boolean");
    assertThatExceptionOfType(DumpException.class)
        .isThrownBy(() -> Values.dumps("a" + Character.MIN_HIGH_SURROGATE))
        .withMessageContaining("strings must be utf-8 encodable");
    assertThatExceptionOfType(DumpException.class)
        .isThrownBy(() -> Values.dumps(Map.of(List.of(), 1)))
        .withMessageContaining("not a key of a dict");
    assertThatExceptionOfType(DumpException.class)
        .isThrownBy(() -> Values.dumps((ChannelValue) () -> 3))
        .withMessageContaining("on its gateway only");
  }

  @Test
  void shouldRefuseMoreBytesThanTheLimit() {
    DumpSettings ten = DumpSettings.defaults().withLimits(Limits.defaults().withMaxBytes(10));

    assertThat(Values.dumps("abc", ten)).hasSize(10);
    assertThatExceptionOfType(DumpException.class)
        .isThrownBy(() -> Values.dumps("abcd", ten))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED));
    assertThatExceptionOfType(LoadException.class)
        .isThrownBy(
            () -> Values.loads(new byte[11], LoadSettings.defaults().withLimits(ten.limits())))
        .withMessage("offset 0: version: 0 (expected: 1 or 2)");
  }

  @Test
  void shouldWriteEveryKindOfContainerAlike() {
    Map<Object, Object> hash = new HashMap<>();
    hash.put("k", new java.util.LinkedList<>(List.of(1, 2)));
    Dict dict = new Dict();
    dict.put("k", new ArrayList<>(List.of(1L, 2L)));

    assertThat(Values.dumps(hash)).isEqualTo(Values.dumps(dict));
    assertThat(Values.dumps(java.util.Set.of(1))).isEqualTo(Values.dumps(ValueSet.of(1)));
  }

  @Test
  void shouldCarryChannelsInFramesOnly() {
    ValueCodec codec = new ValueCodec(Limits.defaults());
    ChannelValue three = () -> 3;

    byte[] payload = codec.encode(Tuple.of(three));

    assertThat(HexFormat.of().formatHex(payload)).isEqualTo("4200000003" + "4000000001" + "51");
    Tuple read = (Tuple) codec.decode(payload, StringCoercion.ofChannels(), id -> () -> id);
    assertThat(((ChannelValue) read.get(0)).id()).isEqualTo(3);
    assertThatExceptionOfType(LoadException.class)
        .isThrownBy(() -> loads("42 00000003 51"))
        .withMessageContaining("channel 3");
  }

  private static Object loads(String hex) {
    return Values.loads(HexFormat.of().parseHex("02" + hex.replace(" ", "")));
  }
}
