package io.midplane.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RowTest {

  @Test
  void shouldKeepColumnsInOrderAndPrintThem() {
    Row row = Row.of("name", "blue", "id", 7, "ports", List.of("1:1", "1:2"), "up", null);

    assertThat(row.columns()).containsExactly("name", "id", "ports", "up");
    assertThat(row).hasToString("{name=blue, id=7, ports=[1:1, 1:2], up=null}");
    assertThat(Row.empty()).hasToString("{}");
  }

  @Test
  void shouldWidenWhatItTakes() {
    Row row =
        Row.of(
            "byte",
            (byte) -1,
            "short",
            (short) 2,
            "int",
            3,
            "long",
            4L,
            "float",
            0.5f,
            "double",
            1.5,
            "flag",
            true,
            "data",
            new byte[] {1, (byte) 0xfe},
            "list",
            List.of(1, List.of(2)));

    assertThat(row.asMap())
        .containsEntry("byte", -1L)
        .containsEntry("short", 2L)
        .containsEntry("int", 3L)
        .containsEntry("long", 4L)
        .containsEntry("float", 0.5)
        .containsEntry("double", 1.5)
        .containsEntry("flag", true)
        .containsEntry("data", Bytes.of((byte) 1, (byte) 0xfe))
        .containsEntry("list", List.of(1L, List.of(2L)));
    assertThat(row.data("data")).hasToString("0x01fe");
  }

  @Test
  void shouldReadEachTypeBack() {
    Row row = Row.of("t", "x", "i", 1, "f", true, "r", 2.5, "d", new byte[] {7}, "l", List.of("a"));

    assertThat(row.text("t")).isEqualTo("x");
    assertThat(row.integer("i")).isEqualTo(1);
    assertThat(row.flag("f")).isTrue();
    assertThat(row.real("r")).isEqualTo(2.5);
    assertThat(row.data("d").toArray()).containsExactly(7);
    assertThat(row.list("l")).containsExactly("a");
    assertThat(row.get("nothing")).isNull();
    assertThat(row.has("nothing")).isFalse();
  }

  @Test
  void shouldNameColumnValueAndExpectationWhenReadAsAnotherType() {
    Row row = Row.of("id", 7, "port", null);

    refused(() -> row.text("id"), "column id: 7 of type integer (expected: text)");
    refused(() -> row.integer("port"), "column port: null (expected: integer)");
    refused(
        () -> row.flag("name"),
        "column name: not in the row; its columns are [id, port] (expected: flag)");
    refused(() -> row.real("id"), "column id: 7 of type integer (expected: real)");
    refused(() -> row.data("id"), "column id: 7 of type integer (expected: data)");
    refused(() -> row.list("id"), "column id: 7 of type integer (expected: list)");
  }

  @Test
  void shouldRefuseATypeItDoesNotKnow() {
    refused(
        () -> Row.of("when", java.time.Duration.ZERO),
        "when: a java.time.Duration (expected: String, byte, short, int, long, boolean, float,"
            + " double, byte[], Bytes, List or null)");
    refused(() -> Row.of("list", List.of(List.of('c'))), "list: a java.lang.Character (expected: ");
    refused(() -> Row.of("array", new Object[] {1}), "array: a [Ljava.lang.Object; (expected: ");
  }

  @Test
  void shouldRefuseOddArgumentsAndBadColumns() {
    refused(() -> Row.of("name"), "row: 1 arguments (expected: column, value, column, value …)");
    refused(() -> Row.of(7, 7), "row: column 0 is 7 (expected: a String)");
    refused(() -> Row.of("a", 1, null, 2), "row: column 1 is null (expected: a String)");
    refused(() -> Row.of("a", 1, "a", 2), "row: column a twice (expected: once)");
    refused(() -> Row.of("", 1), "row: a column name of 0 characters (expected: 1 to 255)");
    refused(
        () -> Row.of("x".repeat(256), 1),
        "row: a column name of 256 characters (expected: 1 to 255)");
    refused(() -> Row.empty().with("", 1), "row: a column name of 0 characters");
  }

  @Test
  void shouldBoundColumnsAndDepth() {
    var builder = Row.builder();
    for (int i = 0; i < Row.MAX_COLUMNS; i++) {
      builder.put("c" + i, i);
    }
    assertThatThrownBy(() -> builder.put("last", 1))
        .isInstanceOf(MidplaneException.class)
        .hasMessage("row: 1001 columns (expected: at most 1000)");

    Object nested = "deep";
    for (int i = 0; i < 8; i++) {
      nested = List.of(nested);
    }
    Object deepest = nested;
    assertThat(Row.of("l", deepest).list("l")).hasSize(1);
    assertThatThrownBy(() -> Row.of("l", List.of(deepest)))
        .isInstanceOf(MidplaneException.class)
        .hasMessage("l: lists 9 deep (expected: at most 8)");
  }

  @Test
  void shouldNotChangeWithWhatItWasMadeFrom() {
    byte[] data = {1};
    var list = new ArrayList<Object>(Arrays.asList(1, null));
    var map = new LinkedHashMap<String, Object>(Map.of("a", 1));
    Row row = Row.of("data", data, "list", list);
    Row fromMap = Row.of(map);

    data[0] = 9;
    list.add(3);
    map.put("b", 2);

    assertThat(row.data("data")).isEqualTo(Bytes.of((byte) 1));
    assertThat(row.list("list")).containsExactly(1L, null);
    assertThat(fromMap).isEqualTo(Row.of("a", 1));
    assertThatThrownBy(() -> row.asMap().put("x", 1))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> row.columns().remove("data"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> row.list("list").add(1))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void shouldMakeOtherRows() {
    Row row = Row.of("name", "blue", "id", 7);

    assertThat(row.with("id", 8)).hasToString("{name=blue, id=8}");
    assertThat(row.with("up", null)).hasToString("{name=blue, id=7, up=null}");
    assertThat(row.without("name")).hasToString("{id=7}");
    assertThat(row.without("absent")).isSameAs(row);
    assertThat(row.merged(Row.of("x", 1, "id", 9))).hasToString("{name=blue, id=9, x=1}");
    assertThat(row).hasToString("{name=blue, id=7}");
    assertThat(row.isEmpty()).isFalse();
    assertThat(row.without("name").without("id").isEmpty()).isTrue();
  }

  @Test
  void shouldCompareByColumnsAndValues() {
    assertThat(Row.of("a", 1, "b", "x"))
        .isEqualTo(Row.of("b", "x", "a", 1L))
        .hasSameHashCodeAs(Row.of("b", "x", "a", 1L))
        .isNotEqualTo(Row.of("a", 1))
        .isNotEqualTo(Row.of("a", "1", "b", "x"));
    assertThat(Row.of("a", null)).isNotEqualTo(Row.empty());
    assertThat(Set.of(Row.of("d", new byte[] {1}))).contains(Row.of("d", Bytes.of((byte) 1)));
  }

  @Test
  void shouldTellTheTypeOfAValue() {
    assertThat(
            Row.of("t", "x", "i", 1, "f", true, "r", 1.0, "d", new byte[0], "l", List.of())
                .asMap()
                .values()
                .stream()
                .map(ColumnType::of))
        .containsExactly(ColumnType.values());
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(call)
        .withMessageStartingWith(message)
        .extracting(MidplaneException::code)
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }
}
