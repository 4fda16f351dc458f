package io.midplane.node;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code script}: compiles and runs one source file against a running node. */
final class ScriptCommand implements Command {
  @Override
  public String name() {
    return "script";
  }

  @Override
  public String summary() {
    return "Runs a Java source file; MidplaneClient.connect() in it reaches the node.";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.parser().stopAtPositional(true);
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("1")
            .required(true)
            .type(Path.class)
            .paramLabel("FILE.java")
            .description(
                "A source file with main(); io.midplane.protocol.*, io.midplane.calls.* and"
                    + " java.base are imported.")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("1..*")
            .arity("0..*")
            .type(String[].class)
            .paramLabel("ARG")
            .description("What main(String[]) gets.")
            .build());
  }

  @Override
  public int run(ParseResult line, CommandContext context) throws Exception {
    Path file = line.matchedPositionalValue(0, Path.of(""));
    String[] arguments = line.matchedPositionalValue(1, new String[0]);
    context.shareWithScripts();
    return Script.compile(file, context.err())
        .map(script -> script.run(arguments, context.err()))
        .orElse(ExitStatus.FAILED);
  }
}
