package io.midplane.node;

import io.midplane.gateways.Gateway;
import io.midplane.gateways.rsync.Rsync;
import io.midplane.gateways.rsync.RsyncReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code gateway rsync}: a tree of files to workers. */
final class GatewayRsync extends GatewayCommand {
  private static final String TO = "--to";
  private static final String DELETE = "--delete";

  @Override
  public String name() {
    return "rsync";
  }

  @Override
  public String summary() {
    return "Sends a folder to gateways, what changed of it.";
  }

  @Override
  String firstArgument() {
    return "SOURCE";
  }

  @Override
  public void declare(CommandSpec spec) {
    super.declare(spec);
    spec.addOption(
        OptionSpec.builder(TO)
            .type(String.class)
            .paramLabel("DIR")
            .required(true)
            .description("The folder at each gateway that becomes as SOURCE is.")
            .build());
    spec.addOption(
        OptionSpec.builder(DELETE)
            .type(boolean.class)
            .description("Removes there what is not in SOURCE.")
            .build());
  }

  @Override
  void check(ParseResult line) {
    Path source = Path.of(first(line));
    if (!Files.exists(source)) {
      throw wrong(line, "SOURCE: " + source + " is not there (expected: a folder or file)");
    }
  }

  @Override
  int run(List<Gateway> gateways, ParseResult line, CommandContext context) {
    String to = line.matchedOptionValue(TO, "");
    Rsync rsync = new Rsync(Path.of(first(line)));
    gateways.forEach(each -> rsync.addTarget(each, to, line.hasMatchedOption(DELETE)));
    print(send(rsync, gateways.size(), context), context);
    return ExitStatus.OK;
  }

  private static List<RsyncReport> send(Rsync rsync, int targets, CommandContext context) {
    if (!context.showsBars()) {
      return rsync.send();
    }
    try (ProgressBar bar = new ProgressBar(context.err(), targets)) {
      return rsync.withEvents(bar::show).send();
    }
  }

  private static void print(List<RsyncReport> reports, CommandContext context) {
    JsonLines lines = new JsonLines(context.out());
    for (RsyncReport report : reports) {
      if (context.json()) {
        lines.print(json -> {
          json.writeStringField("target", report.target());
          json.writeNumberField("files", report.files());
          json.writeNumberField("sent", report.sent());
          json.writeNumberField("bytes", report.bytes());
        });
      } else {
        context
            .out()
            .printf(
                "%s  %d of %s sent, %s%n",
                report.target(),
                report.sent(),
                Texts.count(report.files(), "file"),
                Texts.count(report.bytes(), "byte"));
      }
    }
  }
}
