package io.midplane.node;

import io.midplane.protocol.ColumnInfo;
import io.midplane.protocol.RemoteConfiguration;
import io.midplane.protocol.Row;
import io.midplane.protocol.RowStatus;
import io.midplane.protocol.TableInfo;
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
    return (configuration, table, printer) -> {
      configuration.set(table, row);
      if (printer.isUsed()) {
        printer.row(configuration.get(table, key(configuration, table, row)), RowStatus.SUCCESS);
      }
    };
  }

  private static Row key(RemoteConfiguration configuration, String table, Row row) {
    Row.Builder key = Row.builder();
    for (TableInfo info : configuration.tables()) {
      if (info.name().equals(table)) {
        info.key().stream().map(ColumnInfo::name).forEach(name -> key.put(name, row.get(name)));
      }
    }
    return key.build();
  }

  @Override
  RowPrinter plain(PrintStream out) {
    return RowPrinter.silent();
  }
}
