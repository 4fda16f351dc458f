package io.midplane.node;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Builds the parser for one command line: of each level only the command that the line names, for
 * building them all takes longer than most commands run. Where it names none, help for instance,
 * all of them.
 */
final class CommandTree {
  private CommandTree() {}

  static CommandLine build(String[] arguments) {
    CommandSpec root = CommandSpec.create().name("midplane").version("midplane " + Version.TEXT);
    root.usageMessage()
        .description("Runs and configures Midplane nodes.")
        .footer(
            "",
            "Exit status: 0 done, 1 refused or failed, 2 usage, 3 not reachable or not ready,",
            "4 not allowed, 5 timed out.");
    GlobalOptions.declare(root);
    CommandLine line = new CommandLine(root);
    addCommands(line, topLevel(named(arguments, 0)), arguments, 0);
    return line.setExpandAtFiles(false).setInterpolateVariables(false);
  }

  private static Map<String, Supplier<Command>> builtIn() {
    Map<String, Supplier<Command>> commands = new LinkedHashMap<>();
    commands.put("node", NodeCommands::group);
    commands.put("cm", CmCommands::group);
    commands.put("config", ConfigCommands::group);
    commands.put("events", EventsCommands::group);
    commands.put("xenstore", StoreCommands::group);
    commands.put("gateway", GatewayCommands::group);
    commands.put("packet", PacketCommands::group);
    commands.put("script", ScriptCommand::new);
    commands.put("shell", ShellCommand::new);
    return commands;
  }

  private static Map<String, Supplier<Command>> topLevel(@Nullable String named) {
    Map<String, Supplier<Command>> all = builtIn();
    if (named != null && all.containsKey(named)) {
      return all;
    }
    provided()
        .forEach((name, command) -> {
          if (!name.contains(" ")) {
            all.putIfAbsent(name, command);
          }
        });
    return all;
  }

  /** The commands of a group; those that others provide only where its own are not enough. */
  private static Map<String, Supplier<Command>> ofGroup(Command group, @Nullable String named) {
    Map<String, Supplier<Command>> own = group.subcommands();
    if (own.isEmpty() || named != null && own.containsKey(named)) {
      return own;
    }
    Map<String, Supplier<Command>> all = new LinkedHashMap<>(own);
    String prefix = group.name() + " ";
    provided()
        .forEach((name, command) -> {
          if (name.startsWith(prefix)) {
            all.putIfAbsent(name.substring(prefix.length()), command);
          }
        });
    return all;
  }

  private static Map<String, Supplier<Command>> provided() {
    Map<String, Supplier<Command>> provided = new LinkedHashMap<>();
    for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
      provider.commands().forEach(provided::putIfAbsent);
    }
    return provided;
  }

  private static void addCommands(
      CommandLine parent, Map<String, Supplier<Command>> commands, String[] arguments, int depth) {
    String named = named(arguments, depth);
    Supplier<Command> only = named == null ? null : commands.get(named);
    if (only != null) {
      add(parent, only.get(), arguments, depth);
    } else {
      commands.values().forEach(command -> add(parent, command.get(), arguments, depth));
    }
  }

  private static void add(CommandLine parent, Command command, String[] arguments, int depth) {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(command).name(command.name());
    spec.usageMessage().description(command.summary());
    command.declare(spec);
    CommandLine line = new CommandLine(spec);
    // First the parent, from whom the line inherits the global options and hands them on.
    parent.addSubcommand(command.name(), line);
    Map<String, Supplier<Command>> commands = ofGroup(command, named(arguments, depth + 1));
    if (!commands.isEmpty()) {
      addCommands(line, commands, arguments, depth + 1);
    }
  }

  /** The word of the line that names the command of that depth; null if it cannot be told. */
  private static @Nullable String named(String[] arguments, int depth) {
    List<String> words = Arrays.asList(arguments);
    int seen = 0;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (GlobalOptions.takesValue(word)) {
        i++;
      } else if (!word.startsWith("-") && seen++ == depth) {
        return word;
      }
    }
    return null;
  }
}
