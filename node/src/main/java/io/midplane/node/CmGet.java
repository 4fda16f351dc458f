package io.midplane.node;

import io.midplane.protocol.Row;
import io.midplane.protocol.RowStatus;
import java.io.PrintStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code cm get}: one row. */
final class CmGet extends TableCommand {
  CmGet() {
    super("get", "Prints the row with a key.");
  }

  @Override
  public void declare(CommandSpec spec) {
    super.declare(spec);
    Columns.declare(spec, 1, "1..*", "The key columns.");
  }

  @Override
  Request parse(ParseResult line) {
    Row key = Columns.parse(line, 1);
    return (configuration, table, printer) ->
        printer.row(configuration.get(table, key), RowStatus.SUCCESS);
  }

  @Override
  RowPrinter plain(PrintStream out) {
    return RowPrinter.sheet(out);
  }
}
