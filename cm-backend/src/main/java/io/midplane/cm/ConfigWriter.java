package io.midplane.cm;

import io.midplane.protocol.Row;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;

/**
 * Writes a configuration as text, one row a line: a head, each table's head and rows, and a
 * checksum of all lines before it. {@link ConfigReader} reads it; {@code docs/behaviours/cm.md} has
 * the form.
 */
final class ConfigWriter {

  static final String FIRST_LINE = "# midplane configuration";
  static final String FORMAT = "# format ";
  static final String SAVED = "# saved ";
  static final String TABLE = "# table ";
  static final String CHECKSUM = "# sha256 ";
  static final int FORMAT_VERSION = 1;

  private final OutputStream out;
  private final MessageDigest digest = sha256();
  private String table = "";

  ConfigWriter(OutputStream out, Instant saved) throws IOException {
    this.out = out;
    line(FIRST_LINE);
    line(FORMAT + FORMAT_VERSION);
    line(SAVED + saved.truncatedTo(ChronoUnit.SECONDS));
  }

  /** Begins a table, also one without rows. */
  void table(String name, String agent, int version, List<String> keyColumns) throws IOException {
    table = name;
    line(
        "%s%s agent %s version %d key %s"
            .formatted(TABLE, name, agent, version, String.join(",", keyColumns)));
  }

  /** The next row of the table begun last. */
  void row(Row row) throws IOException {
    line(RowText.line(table, row));
  }

  /** Ends the text. */
  void end() throws IOException {
    String sum = HexFormat.of().formatHex(digest.digest());
    out.write((CHECKSUM + sum + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void line(String text) throws IOException {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    digest.update(bytes);
    out.write(bytes);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyPlatformHasIt) {
      throw new IllegalStateException(everyPlatformHasIt);
    }
  }
}
