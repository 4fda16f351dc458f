package io.midplane.cm;

import static io.midplane.cm.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.calls.ErrorCode;
import io.midplane.protocol.Bytes;
import io.midplane.protocol.ColumnType;
import io.midplane.protocol.Row;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {

  enum Mode {
    ACCESS,
    TRUNK
  }

  record Everything(
      String text,
      long number,
      short small,
      boolean flag,
      double real,
      float single,
      Bytes data,
      Mode mode,
      List<Integer> numbers,
      List<List<String>> nested,
      @Nullable Integer maybe) {}

  record Pair(String left, int right, String rest) {}

  private static final Table<Everything> EVERYTHING =
      Table.of("everything", Everything.class).key("text").build();

  private static final Everything SAMPLE =
      new Everything(
          "a",
          Long.MIN_VALUE,
          (short) -7,
          true,
          0.1,
          1.5f,
          Bytes.of((byte) 1, (byte) -1),
          Mode.TRUNK,
          List.of(1, 2),
          List.of(List.of("x"), List.of()),
          null);

  @Test
  void shouldTurnARecordOfEveryTypeIntoARowAndBack() {
    Row row = EVERYTHING.toRow(SAMPLE);

    assertThat(row)
        .isEqualTo(
            Row.of(
                "text",
                "a",
                "number",
                Long.MIN_VALUE,
                "small",
                -7,
                "flag",
                true,
                "real",
                0.1,
                "single",
                1.5,
                "data",
                Bytes.of((byte) 1, (byte) -1),
                "mode",
                "TRUNK",
                "numbers",
                List.of(1L, 2L),
                "nested",
                List.of(List.of("x"), List.of()),
                "maybe",
                null));
    assertThat(EVERYTHING.toRecord(row)).isEqualTo(SAMPLE);
  }

  @Test
  void shouldReadTextAsEachType() {
    Row text =
        Row.of(
            "text", "a",
            "number", "-9223372036854775808",
            "small", "-7",
            "flag", "true",
            "real", "0.1",
            "single", "1.5",
            "data", "0x01ff",
            "mode", "TRUNK",
            "numbers", "1,2",
            "nested", List.of("x", ""));

    assertThat(EVERYTHING.toRecord(text)).isEqualTo(SAMPLE);
  }

  @Test
  void shouldDescribeItsColumns() {
    var info = EVERYTHING.info("agent", true);

    assertThat(info.columns())
        .extracting("type")
        .containsExactly(
            ColumnType.TEXT,
            ColumnType.INTEGER,
            ColumnType.INTEGER,
            ColumnType.FLAG,
            ColumnType.REAL,
            ColumnType.REAL,
            ColumnType.DATA,
            ColumnType.TEXT,
            ColumnType.LIST,
            ColumnType.LIST,
            ColumnType.INTEGER);
    assertThat(info.columns().getLast().required()).isFalse();
    assertThat(info.key()).extracting("name").containsExactly("text");
  }

  @Test
  @DisplayName("B20: a value of another type is refused")
  void shouldRefuseAValueOfAnotherType() {
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "everything.number: \"7x\" (expected: an integer, -9223372036854775808 to"
            + " 9223372036854775807)",
        () -> EVERYTHING.accept(Row.of("number", "7x")));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "everything.small: 40000 (expected: an integer, -32768 to 32767)",
        () -> EVERYTHING.accept(Row.of("small", 40_000)));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "everything.flag: \"yes\" (expected: true or false)",
        () -> EVERYTHING.accept(Row.of("flag", "yes")));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "everything.mode: \"HYBRID\" (expected: one of ACCESS, TRUNK)",
        () -> EVERYTHING.accept(Row.of("mode", "HYBRID")));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "everything.text: 7 (expected: text)",
        () -> EVERYTHING.accept(Row.of("text", 7)));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "everything.data: \"0x0\" (expected: bytes, as text 0x and two hexadecimal digits a byte)",
        () -> EVERYTHING.accept(Row.of("data", "0x0")));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "everything.text: null (expected: text)",
        () -> EVERYTHING.accept(Row.of("text", null)));
  }

  @Test
  @DisplayName("B20: an unknown column is refused")
  void shouldRefuseAnUnknownColumnAndNameTheKnownOnes() {
    assertRefused(
        ErrorCode.NOT_FOUND,
        "vlan.colour: no such column (expected: name, id, ports, description)",
        () -> VlanAgent.VLANS.accept(Row.of("name", "blue", "colour", "blue")));
  }

  @Test
  void shouldRefuseANewRowWithoutItsRequiredColumns() {
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "vlan: no id (expected: a value for name, id)",
        () -> VlanAgent.VLANS.toRecord(Row.of("name", "blue")));
  }

  @Test
  @DisplayName("B20: what breaks a rule is refused")
  void shouldRefuseWhatBreaksARule() {
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "vlan.id: 4095 (expected: 1 to 4094)",
        () -> VlanAgent.VLANS.accept(Row.of("id", 4095)));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "vlan.name: \"7up\" (expected: a letter, then letters, digits or '_', shorter than 32)",
        () -> VlanAgent.VLANS.accept(Row.of("name", "7up")));
    var each = Check.each(Check.oneOf("a", "b"));
    assertThat(each.refusal(List.of("a", "b"))).isNull();
    assertThat(each.refusal(List.of("a", "c"))).isEqualTo("each one of a, b");
    assertThat(Check.range(0.0, 1.0).refusal(1.5)).isEqualTo("0.0 to 1.0");
    assertThat(Check.length(1, 2).refusal("")).isEqualTo("a text of 1 to 2 characters");
  }

  @Test
  void shouldHaveWhatARecordsOwnConstructorRefusesRefused() {
    record Even(int number) {
      Even {
        if (number % 2 != 0) {
          throw new IllegalArgumentException("number: " + number + " (expected: even)");
        }
      }
    }
    Table<Even> table = Table.of("even", Even.class).key("number").build();

    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "even: number: 3 (expected: even)",
        () -> table.toRecord(Row.of("number", 3)));
  }

  @Test
  void shouldRefuseATableWithoutKey() {
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "table pair: no key (expected: at least one key column)",
        () -> Table.of("pair", Pair.class).build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7up", "a-b", "aaaaaaaaaabbbbbbbbbbccccccccccdd", "ä"})
  void shouldRefuseANameThatBreaksTheRule(String name) {
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "table name: '" + name + "' (expected: a letter, then at most 30 letters, digits or '_')",
        () -> Table.of(name, Pair.class));
  }

  @Test
  void shouldRefuseWhatIsSaidTwice() {
    assertRefused(
        ErrorCode.ALREADY_EXISTS,
        "pair.left: described twice",
        () -> Table.of("pair", Pair.class).key("left").column("left"));
    assertRefused(
        ErrorCode.ALREADY_EXISTS,
        "pair: operation delete is there already",
        () -> Table.of("pair", Pair.class).operation("delete").tableOperation("delete"));
    assertRefused(
        ErrorCode.ALREADY_EXISTS,
        "pair: operation set is there already",
        () -> Table.of("pair", Pair.class).operation("set"));
  }

  @Test
  void shouldRefuseAColumnThatIsNoComponentAndAComponentThatCanBeNoColumn() {
    record Odd(String name, BigDecimal price) {}

    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "pair.middle: no such component (expected: left, right, rest)",
        () -> Table.of("pair", Pair.class).column("middle"));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "odd.price: java.math.BigDecimal (expected: String, an integer type, boolean, double,"
            + " float, Bytes, an enum or a List of these)",
        () -> Table.of("odd", Odd.class).key("name").build());
  }

  @Test
  void shouldRefuseADefaultThatBreaksTheRules() {
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "pair.right: 0 (expected: 1 to 9)",
        () ->
            Table.of("pair", Pair.class)
                .key("left")
                .column("right", Check.range(1, 9), Default.of(0))
                .build());
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "pair.left: a key with a default or @Nullable (expected: neither)",
        () -> Table.of("pair", Pair.class).key("left", Default.of("x")).build());
  }

  @Test
  void shouldOrderRowsByAllKeyColumns() {
    Table<Pair> table = Table.of("pair", Pair.class).key("right").key("left").build();

    Key first = table.keyOf(new Pair("b", 2, ""));
    Key second = table.keyOf(new Pair("a", 10, ""));

    assertThat(first).isLessThan(second).isEqualTo(Key.of(2, "b")).hasToString("[2, b]");
    assertThat(table.keyColumns()).containsExactly("right", "left");
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "pair: key of 1 values (expected: right, left)",
        () -> table.accept(Key.of(2)));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "key: null (expected: text, integer or true or false)",
        () -> Key.of(1, null));
  }
}
