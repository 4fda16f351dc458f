package io.midplane.benchmarks;

import io.midplane.node.Command;
import io.midplane.node.CommandContext;
import io.midplane.node.ExitStatus;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code bench run}: measures, and prints a line for each figure as soon as it is known. */
final class BenchRun implements Command {
  private static final String QUICK = "--quick";

  /** Where Logback looks first; read when the first logger is made, which measuring does. */
  private static final String LOG_SETTINGS = "logback.configurationFile";

  @Override
  public String name() {
    return "run";
  }

  @Override
  public String summary() {
    return "Measures suites or cases; ours and the peer's in turn, in the same JVM.";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity("1..*")
            .required(true)
            .type(String[].class)
            .paramLabel("NAME")
            .description("A suite, a case, or suite/case; bench list has them.")
            .build());
    spec.addOption(
        OptionSpec.builder(QUICK)
            .description("Only sees that everything works: the figures mean nothing.")
            .build());
  }

  @Override
  public int run(ParseResult line, CommandContext context) throws Exception {
    List<Suites.Entry> entries = named(line);
    logQuietly();
    Effort effort = line.hasMatchedOption(QUICK) ? Effort.QUICK : Effort.FULL;
    FigureTable table = new FigureTable(context.out());
    for (Suites.Entry entry : entries) {
      for (Measurement measurement : entry.figure().measure(effort)) {
        if (context.json()) {
          context.out().println(measurement.toJson());
        } else {
          table.print(measurement, entry.figure());
        }
        context.out().flush();
      }
    }
    return ExitStatus.OK;
  }

  /** Standard output is for figures. */
  static void logQuietly() {
    if (System.getProperty(LOG_SETTINGS) == null) {
      System.setProperty(LOG_SETTINGS, "io/midplane/benchmarks/logback.xml");
    }
  }

  private static List<Suites.Entry> named(ParseResult line) {
    String[] names = line.matchedPositionalValue(0, new String[0]);
    try {
      return Suites.create().named(List.of(names));
    } catch (IllegalArgumentException unknown) {
      throw new ParameterException(
          line.commandSpec().commandLine(), String.valueOf(unknown.getMessage()));
    }
  }
}
