package io.midplane.node;

import io.midplane.protocol.Row;
import io.midplane.protocol.RowStatus;
import io.midplane.protocol.Rows;
import io.midplane.protocol.WalkOptions;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code cm walk}: the rows of a table, printed as they come. */
final class CmWalk extends TableCommand {
  /** Looks every so many rows whether anybody still reads them. */
  private static final int ROWS_UNCHECKED = 256;

  CmWalk() {
    super("walk", "Prints the rows of a table in the order of their keys.");
  }

  @Override
  public void declare(CommandSpec spec) {
    super.declare(spec);
    spec.addOption(
        OptionSpec.builder("--after")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("1")
            .paramLabel("KEY=VALUE")
            .description("Begins behind this key, which need not exist; once for each key column.")
            .build());
    spec.addOption(
        OptionSpec.builder("--max")
            .type(long.class)
            .paramLabel("N")
            .description("Ends after N rows.")
            .build());
  }

  @Override
  Request parse(ParseResult line) {
    List<String> after = line.matchedOptionValue("--after", List.of());
    WalkOptions options = WalkOptions.all();
    if (!after.isEmpty()) {
      options = options.after(Columns.parse(line, after));
    }
    if (line.hasMatchedOption("--max")) {
      options = options.max(max(line));
    }
    WalkOptions asked = options;
    return (configuration, table, printer) -> {
      try (Rows rows = configuration.walk(table, asked)) {
        print(rows, printer);
      }
    };
  }

  private static void print(Rows rows, RowPrinter printer) {
    long printed = 0;
    for (Row row : rows) {
      printer.row(row, rows.status());
      if (++printed % ROWS_UNCHECKED == 0 && printer.isClosed()) {
        return;
      }
    }
    if (printed == 0) {
      printer.row(null, RowStatus.SUCCESS);
    }
  }

  private static long max(ParseResult line) {
    long max = line.<Long>matchedOptionValue("--max", 0L);
    if (max < 1) {
      throw new ParameterException(
          line.commandSpec().commandLine(), "--max: " + max + " (expected: at least 1)");
    }
    return max;
  }

  @Override
  RowPrinter plain(PrintStream out) {
    return RowPrinter.listing(out);
  }
}
