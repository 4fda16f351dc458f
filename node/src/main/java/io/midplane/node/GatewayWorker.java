package io.midplane.node;

import io.midplane.gateways.worker.Main;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code gateway worker}: a worker on standard input and output. */
final class GatewayWorker implements Command {
  @Override
  public String name() {
    return "worker";
  }

  @Override
  public String summary() {
    return "Serves one gateway on standard input and output, for popen and ssh.";
  }

  @Override
  public void declare(CommandSpec spec) {
    for (String ignored : new String[] {"-u", "-B"}) {
      spec.addOption(
          OptionSpec.builder(ignored)
              .type(boolean.class)
              .description("Ignored, as execnet gives it to every interpreter.")
              .build());
    }
    spec.addOption(
        OptionSpec.builder("-c")
            .type(String.class)
            .paramLabel("TEXT")
            .description("Ignored likewise.")
            .build());
  }

  /** Does not return: the worker ends the process as it has to. */
  @Override
  public int run(ParseResult line, CommandContext context) {
    Main.main(new String[0]);
    return ExitStatus.OK;
  }
}
