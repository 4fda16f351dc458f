package io.midplane.cm;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.RowText.Unreadable;
import io.midplane.protocol.ProcessName;
import io.midplane.protocol.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link ConfigWriter} wrote: the whole of it, or nothing. Each line is understood and
 * the checksum compared before anything is answered; what is wrong is told with its line.
 */
final class ConfigReader {

  private static final int MAX_LINE = 64 << 20;
  private static final Pattern TABLE =
      Pattern.compile(
          Pattern.quote(ConfigWriter.TABLE)
              + "(\\w+) agent (\\w+) version ([1-9][0-9]{0,8}) key (\\w+(?:,\\w+)*)");

  private final String name;
  private final InputStream in;
  private final Predicate<String> wanted;
  private final MessageDigest digest = ConfigWriter.sha256();
  private final List<SavedRows> tables = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private final List<Row> rows = new ArrayList<>();
  private @Nullable Matcher head;
  private int number;

  private ConfigReader(String name, InputStream in, Predicate<String> wanted) {
    this.name = name;
    this.in = in;
    this.wanted = wanted;
  }

  /**
   * Reads a configuration.
   *
   * @param in its text, best buffered
   * @param wanted which tables to answer; the others are checked as well
   * @throws MidplaneException DAMAGED with the line and the reason
   */
  static SavedContent read(String name, InputStream in, Predicate<String> wanted)
      throws IOException {
    return new ConfigReader(name, in, wanted).read();
  }

  private SavedContent read() throws IOException {
    expect(ConfigWriter.FIRST_LINE);
    expect(ConfigWriter.FORMAT + ConfigWriter.FORMAT_VERSION);
    Instant saved = saved(line());
    String line = line();
    while (!line.startsWith(ConfigWriter.CHECKSUM)) {
      if (line.startsWith(ConfigWriter.TABLE)) {
        beginTable(line);
      } else {
        addRow(line);
      }
      line = line();
    }
    endTable();
    if (in.read() >= 0) {
      throw damaged("something follows the checksum");
    }
    return new SavedContent(name, saved, tables);
  }

  private void expect(String expected) throws IOException {
    String line = line();
    if (!line.equals(expected)) {
      throw damaged("\"%s\" (expected: \"%s\")".formatted(shortened(line), expected));
    }
  }

  private Instant saved(String line) {
    if (line.startsWith(ConfigWriter.SAVED)) {
      String time = line.substring(ConfigWriter.SAVED.length());
      try {
        Instant saved = Instant.parse(time);
        if (saved.toString().equals(time)) {
          return saved;
        }
      } catch (DateTimeException unreadable) {
        throw damaged("time \"%s\": %s".formatted(shortened(time), unreadable.getMessage()));
      }
    }
    throw damaged(
        "\"%s\" (expected: \"%s\" and a time)".formatted(shortened(line), ConfigWriter.SAVED));
  }

  private void beginTable(String line) {
    endTable();
    Matcher parts = TABLE.matcher(line);
    if (!parts.matches()) {
      throw damaged("\"%s\": not the head of a table".formatted(shortened(line)));
    }
    if (!ProcessName.isValid(parts.group(1)) || !ProcessName.isValid(parts.group(2))) {
      throw damaged("table \"%s\": not a name".formatted(parts.group(1)));
    }
    if (!seen.add(parts.group(1))) {
      throw damaged("table %s begins a second time".formatted(parts.group(1)));
    }
    head = parts;
  }

  private void endTable() {
    Matcher ended = head;
    if (ended != null && wanted.test(ended.group(1))) {
      tables.add(
          new SavedRows(
              ended.group(1),
              ended.group(2),
              Integer.parseInt(ended.group(3)),
              List.of(ended.group(4).split(",")),
              rows));
      rows.clear();
    }
  }

  private void addRow(String line) {
    Matcher table = head;
    if (table == null) {
      throw damaged("\"%s\": a row before any table".formatted(shortened(line)));
    }
    try {
      Row row = RowText.read(table.group(1), line);
      for (String key : table.group(4).split(",")) {
        if (row.get(key) == null) {
          throw damaged("no key column " + key);
        }
      }
      if (wanted.test(table.group(1))) {
        rows.add(row);
      }
    } catch (Unreadable unreadable) {
      throw damaged(String.valueOf(unreadable.getMessage()));
    }
  }

  /** The next line; the checksum's line is compared at once. */
  private String line() throws IOException {
    number++;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    int next = in.read();
    while (next >= 0 && next != '\n') {
      bytes.write(next);
      if (bytes.size() > MAX_LINE) {
        throw damaged("longer than " + MAX_LINE + " bytes");
      }
      next = in.read();
    }
    if (next < 0) {
      throw damaged("the text ends here (expected: further lines and a checksum)");
    }
    byte[] content = bytes.toByteArray();
    String line = decoded(content);
    if (line.startsWith(ConfigWriter.CHECKSUM)) {
      checkSum(line.substring(ConfigWriter.CHECKSUM.length()));
    } else {
      digest.update(content);
      digest.update((byte) '\n');
    }
    return line;
  }

  private String decoded(byte[] line) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException notText) {
      throw damaged("not UTF-8 text");
    }
  }

  private void checkSum(String stated) {
    String actual = HexFormat.of().formatHex(digest.digest());
    if (!actual.equals(stated)) {
      throw damaged(
          "checksum %s (expected: %s); a line above was changed"
              .formatted(shortened(stated), actual));
    }
  }

  private MidplaneException damaged(String reason) {
    return new MidplaneException(
        ErrorCode.DAMAGED,
        ("configuration %s: line %d: %s; restore the file from a copy, or use another"
                + " configuration")
            .formatted(name, number, reason));
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
