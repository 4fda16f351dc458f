package io.midplane.node;

import io.midplane.protocol.Row;
import io.midplane.protocol.RowStatus;
import java.io.PrintStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code cm op}: an operation of a table. */
final class CmOp extends TableCommand {
  CmOp() {
    super("op", "Does an operation of a table, delete for instance.");
  }

  @Override
  public void declare(CommandSpec spec) {
    super.declare(spec);
    Columns.declareWord(spec, 1, "1", "OPERATION", "The operation; midplane cm tables lists them.");
    Columns.declare(spec, 2, "0..*", "The key columns and parameters.");
  }

  @Override
  Request parse(ParseResult line) {
    String operation = Columns.word(line, 1);
    Row parameters = Columns.parse(line, 2);
    return (configuration, table, printer) -> {
      configuration.op(table, operation, parameters);
      printer.row(null, RowStatus.SUCCESS);
    };
  }

  @Override
  RowPrinter plain(PrintStream out) {
    return RowPrinter.silent();
  }
}
