package io.midplane.cm;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.actors.Midplane;
import io.midplane.actors.MidplaneSettings;
import io.midplane.protocol.Bytes;
import io.midplane.protocol.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is saved and loaded is what was set. The oracle is a plain map of rows that the test keeps
 * beside the agent; it knows nothing of tables, files or defaults.
 */
@Timeout(120)
class RoundTripTest {

  enum Mode {
    ACCESS,
    TRUNK
  }

  record Thing(
      String name,
      int number,
      long wide,
      boolean on,
      double real,
      Bytes data,
      Mode mode,
      List<String> texts,
      List<Long> numbers,
      @Nullable String maybe) {}

  private static Table<Thing> table(String name) {
    return Table.of(name, Thing.class).key("name").key("number").operation("delete").build();
  }

  /** Owns two tables; the second is saved behind the first. */
  private static final class Things extends CmAgent {
    private final String prefix;
    private final boolean async;

    Things(String prefix, boolean async) {
      this.prefix = prefix;
      this.async = async;
    }

    @Override
    protected void declare(Declaration cm) {
      for (String name : List.of(prefix + "_b", prefix + "_a")) {
        Table<Thing> table = table(name);
        TableDeclaration declared = cm.table(table, new MemoryTable<>(table)).persistent();
        if (async) {
          declared.parallelGets().async();
        }
      }
    }
  }

  @TempDir private Path data;
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final Map<String, Map<List<Object>, Row>> oracle = new LinkedHashMap<>();

  @RepeatedTest(5)
  @DisplayName("B7: what is saved and loaded by a fresh process is identical")
  void shouldLoadWhatWasSaved() {
    try (Midplane midplane = start()) {
      Configuration config = Configuration.of(midplane);
      for (int i = 0; i < 500; i++) {
        change(config);
      }
      config.save("roundtrip");
    }
    try (Midplane midplane = start()) {
      Configuration config = Configuration.of(midplane);

      assertThat(config.tables()).hasSize(4);
      config.tables().forEach(table -> assertSame(config, table.name()));
      assertThat(config.diff("roundtrip", null)).isEmpty();
    }
  }

  private Midplane start() {
    Midplane midplane = Midplane.start(MidplaneSettings.defaults().dataDirectory(data));
    midplane.spawn(new Things("one", false), "one");
    midplane.spawn(new Things("two", true), "two");
    return midplane;
  }

  private void assertSame(Configuration config, String table) {
    Map<List<Object>, Row> expected = oracle.getOrDefault(table, Map.of());
    Map<List<Object>, Row> found = new LinkedHashMap<>();
    config.walk(table).forEach(row -> found.put(keyOf(row), row));
    assertThat(found).describedAs("seed %d table %s", seed, table).isEqualTo(expected);
  }

  private static List<Object> keyOf(Row row) {
    return List.of(row.text("name"), row.integer("number"));
  }

  private void change(Configuration config) {
    String table = List.of("one_a", "one_b", "two_a", "two_b").get(random.nextInt(4));
    Map<List<Object>, Row> rows = oracle.computeIfAbsent(table, first -> new LinkedHashMap<>());
    if (!rows.isEmpty() && random.nextInt(4) == 0) {
      List<Object> key = new ArrayList<>(rows.keySet()).get(random.nextInt(rows.size()));
      config.op(table, "delete", Row.of("name", key.get(0), "number", key.get(1)));
      rows.remove(key);
    } else {
      Row row = randomRow();
      config.set(table, row);
      rows.put(keyOf(row), row);
    }
  }

  private Row randomRow() {
    return Row.of(
        "name", text(),
        "number", random.nextInt(),
        "wide", random.nextLong(),
        "on", random.nextBoolean(),
        "real", Double.longBitsToDouble(random.nextLong()),
        "data", Bytes.of(bytes()),
        "mode", Mode.values()[random.nextInt(2)].name(),
        "texts", Collections.nCopies(random.nextInt(4), text()),
        "numbers", random.longs(random.nextInt(4)).boxed().toList(),
        "maybe", random.nextBoolean() ? null : text());
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Any characters at all: quotes, line breaks, halves of surrogate pairs. */
  private String text() {
    var text = new StringBuilder();
    int length = random.nextInt(12);
    for (int i = 0; i < length; i++) {
      text.append(
          switch (random.nextInt(4)) {
            case 0 -> (char) random.nextInt(Character.MAX_VALUE + 1);
            case 1 -> " \"\\=\n\r\t\0#{}[],:".charAt(random.nextInt(15));
            default -> (char) ('a' + random.nextInt(26));
          });
    }
    return text.toString();
  }
}
