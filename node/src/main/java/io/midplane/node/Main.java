package io.midplane.node;

import io.midplane.calls.MidplaneException;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code midplane} program. */
public final class Main {
  private static final int OUT_BYTES = 64 << 10;

  private Main() {}

  /**
   * Runs the command line and ends the JVM with its status. After success it just returns, if that
   * ends the JVM: {@code System.exit} first sets up the JDK's logging, which takes longer than a
   * short command.
   */
  public static void main(String[] arguments) {
    var file = new FileOutputStream(FileDescriptor.out);
    var out =
        new PrintStream(new BufferedOutputStream(file, OUT_BYTES), false, StandardCharsets.UTF_8);
    int status = run(out, System.err, System.getenv(), arguments);
    if (status != ExitStatus.OK || othersKeepRunning()) {
      System.exit(status);
    }
  }

  private static boolean othersKeepRunning() {
    Thread self = Thread.currentThread();
    Thread[] threads = new Thread[Thread.activeCount() + 16];
    int count = Thread.enumerate(threads);
    return Arrays.stream(threads, 0, count).anyMatch(t -> t != self && !t.isDaemon());
  }

  /**
   * Runs a command line in this JVM. Blocks: until the command has ended.
   *
   * @param out for results; flushed at the end
   * @param err for everything else
   * @param environment stands for the process environment
   * @return the exit status
   */
  public static int run(
      PrintStream out, PrintStream err, Map<String, String> environment, String... arguments) {
    int status = runUnchecked(out, err, environment, arguments);
    if (out.checkError() && status == ExitStatus.OK) {
      err.println("midplane: cannot write to standard output");
      return ExitStatus.FAILED;
    }
    return status;
  }

  private static int runUnchecked(
      PrintStream out, PrintStream err, Map<String, String> environment, String... arguments) {
    CommandLine root = CommandTree.build(arguments);
    ParseResult parsed;
    try {
      parsed = root.parseArgs(arguments);
    } catch (ParameterException wrong) {
      return usage(err, wrong.getCommandLine(), text(wrong));
    }
    ParseResult line = parsed;
    while (line.hasSubcommand()) {
      line = line.subcommand();
    }
    CommandLine command = line.commandSpec().commandLine();
    if (line.isUsageHelpRequested()) {
      command.usage(out, ansi(environment));
      return ExitStatus.OK;
    }
    if (line.isVersionHelpRequested()) {
      out.println("midplane " + Version.TEXT);
      return ExitStatus.OK;
    }
    if (!command.getSubcommands().isEmpty()
        || !(command.getCommandSpec().userObject() instanceof Command leaf)) {
      command.usage(err, ansi(environment));
      return ExitStatus.USAGE;
    }
    var context = new CommandContext(out, err, environment, GlobalOptions.of(parsed));
    return run(leaf, line, context);
  }

  private static int run(Command command, ParseResult line, CommandContext context) {
    try {
      return command.run(line, context);
    } catch (ParameterException wrong) {
      return usage(context.err(), wrong.getCommandLine(), String.valueOf(wrong.getMessage()));
    } catch (MidplaneException failure) {
      context.report(failure);
      return ExitStatus.of(failure.code());
    } catch (Exception failure) {
      context.report("unexpected: " + failure + "; --debug shows where", failure);
      return ExitStatus.FAILED;
    }
  }

  private static String text(ParameterException wrong) {
    if (!(wrong instanceof UnmatchedArgumentException unmatched) || unmatched.isUnknownOption()) {
      return String.valueOf(wrong.getMessage());
    }
    List<String> words = unmatched.getUnmatched();
    Set<String> commands = wrong.getCommandLine().getSubcommands().keySet();
    return commands.isEmpty()
        ? Texts.of(String.join(", ", words)) + ": more than this command takes"
        : "%s: no such command (expected: %s)"
            .formatted(Texts.of(words.getFirst()), String.join(", ", commands));
  }

  private static int usage(PrintStream err, CommandLine command, String message) {
    String name = command.getCommandSpec().qualifiedName();
    err.println("midplane: " + message + "; see: " + name + " --help");
    return command.getCommandSpec().userObject() instanceof Command leaf
        ? leaf.usageStatus()
        : ExitStatus.USAGE;
  }

  private static Ansi ansi(Map<String, String> environment) {
    boolean plain = !environment.getOrDefault("NO_COLOR", "").isEmpty();
    return !plain && System.console() != null && System.console().isTerminal() ? Ansi.ON : Ansi.OFF;
  }
}
