package io.midplane.cm;

import static io.midplane.cm.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.Bytes;
import io.midplane.protocol.Row;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The text of a saved configuration: what it looks like, and what becomes of a damaged one. */
class SavedFileTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private static final SavedContent CONTENT =
      new SavedContent(
          "primary",
          NOON,
          List.of(
              new SavedRows(
                  "vlan",
                  "switch",
                  1,
                  List.of("name"),
                  List.of(
                      Row.of("name", "blue", "id", 7, "ports", List.of("1:1", "1:2")),
                      Row.of("name", "red", "id", 8, "ports", List.of()))),
              new SavedRows("fdb", "switch", 2, List.of("mac", "vlan"), List.of()),
              new SavedRows(
                  "odd",
                  "other",
                  1,
                  List.of("key"),
                  List.of(
                      Row.of(
                          "key",
                          true,
                          "text",
                          "a \"b\\c\" = d\n\u0085\u2028 é \ud800 \ud83d\ude00",
                          "real",
                          -0.1,
                          "none",
                          null,
                          "data",
                          Bytes.of((byte) 0, (byte) -1),
                          "far",
                          List.of(Double.NaN, Double.NEGATIVE_INFINITY, 1.0e300, 5L))))));

  private static final String TEXT =
      """
      # midplane configuration
      # format 1
      # saved 2026-01-01T12:00:00Z
      # table vlan agent switch version 1 key name
      vlan name="blue" id=7 ports=["1:1","1:2"]
      vlan name="red" id=8 ports=[]
      # table fdb agent switch version 2 key mac,vlan
      # table odd agent other version 1 key key
      odd key=true text="a \\"b\\\\c\\" = d\\u000a\\u0085\\u2028 é \\ud800 \ud83d\ude00" real=-0.1 none=null data={"bytes":"AP8="} far=[{"real":"NaN"},{"real":"-Infinity"},1.0E300,5]
      """;

  private static byte[] written(SavedContent content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ConfigWriter writer = new ConfigWriter(out, content.saved());
    for (SavedRows table : content.tables()) {
      writer.table(table.table(), table.agent(), table.version(), table.keyColumns());
      for (Row row : table.rows()) {
        writer.row(row);
      }
    }
    writer.end();
    return out.toByteArray();
  }

  private static SavedContent read(byte[] text) throws IOException {
    return ConfigReader.read("primary", new ByteArrayInputStream(text), table -> true);
  }

  private static byte[] withChecksum(String text) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return (text + "# sha256 " + HexFormat.of().formatHex(digest) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldBeTextWithOneRowALine() throws Exception {
    assertThat(new String(written(CONTENT), StandardCharsets.UTF_8))
        .isEqualTo(new String(withChecksum(TEXT), StandardCharsets.UTF_8));
  }

  @Test
  void shouldReadWhatItWrote() throws Exception {
    assertThat(read(written(CONTENT))).isEqualTo(CONTENT);
  }

  @Test
  void shouldAnswerOnlyTheTablesThatAreWanted() throws Exception {
    SavedContent read =
        ConfigReader.read(
            "primary", new ByteArrayInputStream(written(CONTENT)), table -> table.equals("fdb"));

    assertThat(read.tables()).containsExactly(CONTENT.tables().get(1));
  }

  @Test
  @DisplayName("S2: every flipped bit is refused")
  void shouldRefuseEverySingleFlippedBit() throws Exception {
    byte[] text = written(CONTENT);

    for (int i = 0; i < text.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = text.clone();
        damaged[i] ^= (byte) (1 << bit);
        assertRefusedWithLine(damaged, "byte " + i + " bit " + bit);
      }
    }
  }

  @Test
  @DisplayName("S2: every truncation is refused")
  void shouldRefuseEveryTextThatIsCutShort() throws Exception {
    byte[] text = written(CONTENT);

    for (int length = 0; length < text.length; length++) {
      assertRefusedWithLine(Arrays.copyOf(text, length), "cut to " + length);
    }
  }

  @Test
  @DisplayName("S2: every missing or doubled line is refused")
  void shouldRefuseEveryLineThatIsMissingOrThereTwice() throws Exception {
    List<String> lines = new String(written(CONTENT), StandardCharsets.UTF_8).lines().toList();

    for (int i = 0; i < lines.size(); i++) {
      int at = i;
      String without =
          joined(IntStream.range(0, lines.size()).filter(n -> n != at).mapToObj(lines::get));
      String twice =
          joined(
              IntStream.range(0, lines.size())
                  .boxed()
                  .flatMap(n -> Stream.generate(() -> lines.get(n)).limit(n == at ? 2 : 1)));
      assertRefusedWithLine(without.getBytes(StandardCharsets.UTF_8), "without line " + i);
      assertRefusedWithLine(twice.getBytes(StandardCharsets.UTF_8), "line " + i + " twice");
    }
  }

  private static String joined(Stream<String> lines) {
    return lines.collect(Collectors.joining("\n", "", "\n"));
  }

  private static void assertRefusedWithLine(byte[] text, String what) throws IOException {
    try {
      SavedContent read = read(text);
      fail("%s: read as %s", what, read);
    } catch (MidplaneException refused) {
      assertThat(refused.code()).describedAs(what).isEqualTo(ErrorCode.DAMAGED);
      assertThat(refused)
          .describedAs(what)
          .hasMessageMatching("(?s)configuration primary: line [0-9]+: .+; restore the file .+");
    }
  }

  /** Damage that the checksum would not tell: it is made to fit. */
  static Stream<Arguments> damage() {
    return Stream.of(
        Arguments.of(
            "# format 1", "# format 2", "line 2: \"# format 2\" (expected: \"# format 1\")"),
        Arguments.of(
            "# saved 2026-01-01T12:00:00Z",
            "# saved yesterday",
            "line 3: time \"yesterday\": Text 'yesterday' could not be parsed at index 0"),
        Arguments.of(
            "# saved 2026-01-01T12:00:00Z", "", "line 3: \"\" (expected: \"# saved \" and a time)"),
        Arguments.of(
            "# table vlan agent switch version 1 key name\n",
            "",
            "line 4: \"vlan name=\"blue\" id=7 ports=[\"1:1\",\"1:2\"]\": a row before any table"),
        Arguments.of(
            "version 1 key name",
            "version 0 key name",
            "line 4: \"# table vlan agent switch version 0 key name\": not the head of a table"),
        Arguments.of("# table fdb", "# table vlan", "line 7: table vlan begins a second time"),
        Arguments.of("# table fdb", "# table 7db", "line 7: table \"7db\": not a name"),
        Arguments.of("vlan name=\"red\"", "fdb name=\"red\"", "line 6: not a row of table vlan"),
        Arguments.of("vlan name=\"red\"", "vlan nome=\"red\"", "line 6: no key column name"),
        Arguments.of("id=8", "id=", "line 6: column id: a value is missing"),
        Arguments.of("id=8", "id=8x", "line 6: column id: not a JSON value"),
        Arguments.of("id=8", "id=8,9", "line 6: column id: not a JSON value"),
        Arguments.of("id=8", "id=99999999999999999999", "line 6: column id: not a JSON value"),
        Arguments.of("id=8", "id", "line 6: \"id ports\": not the name of a column"),
        Arguments.of("id=8", "name=8", "line 6: row: column name twice (expected: once)"),
        Arguments.of("ports=[]", "ports=[", "line 6: column ports: not a JSON value"),
        Arguments.of(
            "{\"bytes\":\"AP8=\"}",
            "{\"bites\":\"AP8=\"}",
            "line 9: column data: an object is tagged bites"),
        Arguments.of(
            "{\"bytes\":\"AP8=\"}",
            "{\"bytes\":\"????\"}",
            "line 9: column data: {\"bytes\":\"????\"}: Illegal base64 character 3f"),
        Arguments.of("vlan name=\"red\" id=8 ports=[]", "", "line 6: not a row of table vlan"));
  }

  @ParameterizedTest
  @DisplayName("S2: the error has the line and the reason")
  @MethodSource("damage")
  void shouldTellTheLineAndTheReason(String original, String damaged, String message)
      throws Exception {
    byte[] text =
        withChecksum(TEXT.replaceFirst(Pattern.quote(original), Matcher.quoteReplacement(damaged)));

    MidplaneException refused = assertRefused(ErrorCode.DAMAGED, () -> read(text));

    assertThat(refused.getMessage())
        .startsWith("configuration primary: ")
        .contains(message)
        .endsWith("; restore the file from a copy, or use another configuration");
  }

  @Test
  void shouldTellWhatFollowsTheChecksum() throws Exception {
    byte[] text = written(CONTENT);
    byte[] longer = Arrays.copyOf(text, text.length + 1);
    longer[text.length] = '\n';

    assertThat(assertRefused(ErrorCode.DAMAGED, () -> read(longer)))
        .hasMessageContaining("line 10: something follows the checksum");
  }
}
