package io.midplane.node;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.ParseResult;

/** Commands under a common first word. */
public final class CommandGroup implements Command {
  private final Map<String, Supplier<Command>> subcommands = new LinkedHashMap<>();
  private final String name;
  private final String summary;

  /** A group without commands yet. */
  public CommandGroup(String name, String summary) {
    this.name = name;
    this.summary = summary;
  }

  /** Adds a command under its name. */
  public CommandGroup with(String command, Supplier<Command> supplier) {
    subcommands.put(command, supplier);
    return this;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public Map<String, Supplier<Command>> subcommands() {
    return subcommands;
  }

  @Override
  public int run(ParseResult line, CommandContext context) {
    throw new IllegalStateException(name + " is a group");
  }
}
