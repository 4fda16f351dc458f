package io.midplane.node;

import io.midplane.protocol.Row;
import io.midplane.protocol.RowStatus;
import java.io.PrintStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code cm set}: changes columns of a row, or makes the row. */
final class CmSet extends TableCommand {
  CmSet() {
    super("set", "Changes the columns given of the row with a key; where tables say so, makes it.");
  }

  @Override
  public void declare(CommandSpec spec) {
    super.declare(spec);
    Columns.declare(spec, 1, "1..*", "The key columns and the columns to change; lists as a,b,c.");
  }

  @Override
  Request parse(ParseResult line) {
    Row row = Columns.parse(line, 1);
    return (configuration, table, printer) ->
        printer.row(configuration.set(table, row), RowStatus.SUCCESS);
  }

  @Override
  RowPrinter plain(PrintStream out) {
    return RowPrinter.silent();
  }
}
