package io.midplane.benchmarks;

import io.midplane.node.Command;
import io.midplane.node.CommandContext;
import io.midplane.node.ExitStatus;
import java.io.PrintStream;
import picocli.CommandLine.ParseResult;

/** {@code bench list}: what can be measured, and what it should be. */
final class BenchList implements Command {
  @Override
  public String name() {
    return "list";
  }

  @Override
  public String summary() {
    return "Lists what can be measured, with what it should be.";
  }

  @Override
  public int run(ParseResult line, CommandContext context) {
    if (context.json()) {
      Suites.create().entries().forEach(entry -> context.out().println(json(entry)));
    } else {
      Suites.create().all().forEach(suite -> print(context.out(), suite));
    }
    return ExitStatus.OK;
  }

  private static void print(PrintStream out, Suite suite) {
    out.println(suite.name() + ": " + suite.about());
    for (Case figure : suite.cases()) {
      out.printf("  %-15s %s%n  %-15s %s%n", figure.name(), figure.about(), "", figure.target());
    }
  }

  private static String json(Suites.Entry entry) {
    Case figure = entry.figure();
    return "{\"bench\":\"%s\",\"case\":\"%s\",\"about\":\"%s\",\"target\":\"%s\"}"
        .formatted(entry.suite().name(), figure.name(), figure.about(), figure.target());
  }
}
