package io.midplane.node;

import io.midplane.calls.MidplaneException;
import io.midplane.protocol.MidplaneClient;
import io.midplane.protocol.RemoteConfiguration;
import java.io.PrintStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** A command on one table: its table, its virtual router, and how its rows and errors look. */
abstract class TableCommand implements Command {
  private final String name;
  private final String summary;

  TableCommand(String name, String summary) {
    this.name = name;
    this.summary = summary;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String summary() {
    return summary;
  }

  @Override
  public void declare(CommandSpec spec) {
    Columns.declareWord(spec, 0, "1", "TABLE", "The table; midplane cm tables lists them.");
    spec.addOption(
        OptionSpec.builder("--vr")
            .type(String.class)
            .paramLabel("VR")
            .description("The virtual router, for tables that know them.")
            .build());
    Patience.declare(spec);
  }

  @Override
  public final int run(ParseResult line, CommandContext context) {
    String table = Columns.word(line, 0);
    Request request = parse(line);
    RowPrinter printer =
        context.json()
            ? RowPrinter.json(table, new JsonLines(context.out()))
            : plain(context.out());
    try (MidplaneClient node = context.connect(Patience.of(line))) {
      RemoteConfiguration configuration = node.configuration().onNotice(context::progress);
      String vr = line.matchedOptionValue("--vr", null);
      request.send(vr == null ? configuration : configuration.inVr(vr), table, printer);
    } catch (MidplaneException failure) {
      printer.end();
      printer.failed(String.valueOf(failure.getMessage()));
      throw failure;
    }
    printer.end();
    return ExitStatus.OK;
  }

  /** What is sent once there is a connection. */
  interface Request {
    void send(RemoteConfiguration configuration, String table, RowPrinter printer);
  }

  /** Reads the rest of the command line. */
  abstract Request parse(ParseResult line);

  /** How rows look to people. */
  abstract RowPrinter plain(PrintStream out);
}
