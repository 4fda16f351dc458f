package io.midplane.node;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/**
 * The options that every command has; they may stand before and behind its name.
 *
 * @param json results as JSON, an object a line
 * @param debug stack traces
 * @param socket the node's socket; null for the usual one
 * @param data the node's data folder; null for the usual one
 */
record GlobalOptions(boolean json, boolean debug, @Nullable Path socket, @Nullable Path data) {

  static final GlobalOptions NONE = new GlobalOptions(false, false, null, null);

  static void declare(CommandSpec root) {
    root.addOption(option("-h", "--help").usageHelp(true).description("Shows this help.").build());
    root.addOption(
        option("-V", "--version").versionHelp(true).description("Shows the version.").build());
    root.addOption(
        option("--json").description("Prints results as JSON, one object a line.").build());
    root.addOption(
        option("--socket")
            .type(Path.class)
            .converters(GlobalOptions::parsed)
            .paramLabel("PATH")
            .description(
                "The node's socket (or MIDPLANE_SOCKET; default: midplane.sock in --data).")
            .build());
    root.addOption(
        option("--data")
            .type(Path.class)
            .converters(GlobalOptions::parsed)
            .paramLabel("DIR")
            .description(
                "The node's data folder (or MIDPLANE_DATA; default: $XDG_STATE_HOME/midplane or"
                    + " ~/.local/state/midplane).")
            .build());
    root.addOption(option("--debug").description("Shows the stack trace of an error.").build());
  }

  private static Path parsed(String text) {
    if (text.isEmpty()) {
      throw new TypeConversionException("empty (expected: a path)");
    }
    return Path.of(text);
  }

  private static OptionSpec.Builder option(String name, String... more) {
    return OptionSpec.builder(name, more).scopeType(ScopeType.INHERIT);
  }

  /** Whether an argument is one of these options and takes the next argument as its value. */
  static boolean takesValue(String argument) {
    return argument.equals("--socket") || argument.equals("--data");
  }

  static GlobalOptions of(ParseResult root) {
    return new GlobalOptions(
        value(root, "--json", false),
        value(root, "--debug", false),
        path(root, "--socket"),
        path(root, "--data"));
  }

  private static <T extends @Nullable Object> T value(ParseResult root, String name, T otherwise) {
    for (ParseResult line = root;
        line != null;
        line = line.hasSubcommand() ? line.subcommand() : null) {
      if (line.hasMatchedOption(name)) {
        return line.matchedOptionValue(name, otherwise);
      }
    }
    return otherwise;
  }

  private static @Nullable Path path(ParseResult root, String name) {
    Path none = Path.of("");
    Path given = value(root, name, none);
    return given == none ? null : given;
  }
}
