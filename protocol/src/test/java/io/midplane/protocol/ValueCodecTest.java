package io.midplane.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.value.v1.Cell;
import io.midplane.protocol.value.v1.Value;
import io.midplane.protocol.value.v1.ValueList;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValueCodecTest {

  @Test
  void shouldReturnTheRowThatItWasGiven() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      Row row = row(random);

      assertThat(ValueCodec.fromProto(ValueCodec.toProto(row)))
          .as("seed %d", seed)
          .isEqualTo(row)
          .hasToString(row.toString());
    }
  }

  private static Row row(Random random) {
    var builder = Row.builder();
    int columns = random.nextInt(6);
    for (int i = 0; i < columns; i++) {
      builder.put("column" + i, value(random, 0));
    }
    return builder.build();
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth < 8 ? 7 : 6)) {
      case 0 -> null;
      case 1 -> "text €" + random.nextInt();
      case 2 -> random.nextLong();
      case 3 -> random.nextBoolean();
      case 4 -> Double.longBitsToDouble(random.nextLong());
      case 5 -> {
        byte[] data = new byte[random.nextInt(20)];
        random.nextBytes(data);
        yield data;
      }
      default -> {
        var list = new ArrayList<Object>();
        for (int i = random.nextInt(3); i > 0; i--) {
          list.add(value(random, depth + 1));
        }
        yield list;
      }
    };
  }

  @Test
  void shouldTurnValuesAndListsBothWays() {
    assertThat(ValueCodec.valueFromProto(ValueCodec.valueToProto(7))).isEqualTo(7L);
    assertThat(ValueCodec.valueFromProto(ValueCodec.valueToProto(null))).isNull();
    assertThat(ValueCodec.valuesFromProto(ValueCodec.valuesToProto(Arrays.asList("a", null, 1))))
        .containsExactly("a", null, 1L);
    assertThat(ValueCodec.valuesFromProto(ValueCodec.valuesToProto(List.of()))).isEmpty();
  }

  @Test
  void shouldRefuseAMessageThatNoRowCouldHaveMade() {
    var cell = Cell.newBuilder().setColumn("a").setValue(Value.newBuilder().setText("x"));
    var twice = io.midplane.protocol.value.v1.Row.newBuilder().addCells(cell).addCells(cell);
    refused(twice, ErrorCode.INVALID_ARGUMENT, "row: column a twice (expected: once)");

    var nameless = io.midplane.protocol.value.v1.Row.newBuilder().addCells(Cell.newBuilder());
    refused(nameless, ErrorCode.INVALID_ARGUMENT, "row: a column name of 0 characters");

    var wide = io.midplane.protocol.value.v1.Row.newBuilder();
    for (int i = 0; i < 1001; i++) {
      wide.addCells(Cell.newBuilder().setColumn("c" + i));
    }
    refused(wide, ErrorCode.LIMIT_EXCEEDED, "row: 1001 columns (expected: at most 1000)");

    Value deep = Value.newBuilder().setText("x").build();
    for (int i = 0; i < 9; i++) {
      deep = Value.newBuilder().setList(ValueList.newBuilder().addItems(deep)).build();
    }
    var tooDeep =
        io.midplane.protocol.value.v1.Row.newBuilder()
            .addCells(Cell.newBuilder().setColumn("l").setValue(deep));
    refused(tooDeep, ErrorCode.LIMIT_EXCEEDED, "l: lists 9 deep (expected: at most 8)");
  }

  private static void refused(
      io.midplane.protocol.value.v1.Row.Builder message, ErrorCode code, String text) {
    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> ValueCodec.fromProto(message.build()))
        .withMessageStartingWith(text)
        .extracting(MidplaneException::code)
        .isEqualTo(code);
  }

  @Test
  void shouldKeepTimesToTheMicrosecond() {
    for (String text : List.of("2026-01-02T03:04:05.678901Z", "1969-12-31T23:59:59.999999Z")) {
      Instant time = Instant.parse(text);

      assertThat(ValueCodec.instant(ValueCodec.micros(time))).isEqualTo(time);
    }
    assertThat(ValueCodec.micros(Instant.EPOCH)).isZero();
  }
}
