package io.midplane.node;

import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * One command of the {@code midplane} program, or a group of commands. Made anew for each run of
 * the program, and only if the command line names it or help lists it: keep constructors empty.
 *
 * <p>Options and parameters are declared by code, not by annotations, which a short client command
 * would spend a third of its time reading.
 */
public interface Command {

  /** What a user types. */
  String name();

  /** What it does, in a line for the list of commands. */
  String summary();

  /** Declares options and parameters; the global ones are there already. */
  default void declare(CommandSpec spec) {}

  /** The commands of a group by name, in the order help lists them; empty for a plain command. */
  default Map<String, Supplier<Command>> subcommands() {
    return Map.of();
  }

  /**
   * The exit status when the command line is wrong: {@link ExitStatus#USAGE}, with few exceptions.
   */
  default int usageStatus() {
    return ExitStatus.USAGE;
  }

  /**
   * Does it; may block. Not called for a group.
   *
   * @return the exit status; {@link ExitStatus} has the agreed ones
   * @throws Exception what went wrong: a {@link io.midplane.calls.MidplaneException} ends the
   *     program with its message and the status of its code
   */
  int run(ParseResult line, CommandContext context) throws Exception;
}
