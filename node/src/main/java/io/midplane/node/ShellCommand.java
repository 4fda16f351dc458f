package io.midplane.node;

import io.midplane.calls.MidplaneException;
import io.midplane.protocol.MidplaneClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine.ParseResult;

/**
 * {@code shell}: runs commands line by line in this process. On a terminal with completion and a
 * history in the node's data folder, and whatever a command ends with the next one is asked for;
 * otherwise the lines of standard input up to the first that fails.
 */
final class ShellCommand implements Command {
  /** No exit status: the user wants to leave. */
  private static final int LEAVE = -1;

  private final InputStream in;

  ShellCommand() {
    this(System.in);
  }

  /** With other input than that of the process. */
  ShellCommand(InputStream in) {
    this.in = in;
  }

  @Override
  public String name() {
    return "shell";
  }

  @Override
  public String summary() {
    return "Runs commands line by line: with completion on a terminal, or from standard input.";
  }

  @Override
  public int run(ParseResult line, CommandContext context) throws IOException {
    if (System.console() == null || !System.console().isTerminal()) {
      return lines(context);
    }
    try (Terminal terminal = TerminalBuilder.builder().provider("exec").build()) {
      return session(terminal, context);
    }
  }

  private int lines(CommandContext context) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      int status = execute(line, context);
      if (status == LEAVE) {
        break;
      }
      if (status != ExitStatus.OK) {
        context.progress("stopped at line " + number + ": " + line.strip());
        return status;
      }
    }
    return ExitStatus.OK;
  }

  /** Asks for lines until the user leaves. */
  static int session(Terminal terminal, CommandContext context) {
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("midplane")
            .completer((reader, line, candidates) ->
                complete(
                    context, line.words().subList(0, line.wordIndex()), line.word(), candidates))
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
    Path data = context.dataDirectory();
    if (Files.isDirectory(data)) {
      builder.variable(LineReader.HISTORY_FILE, data.resolve("shell_history"));
    }
    LineReader reader = builder.build();
    Thread self = Thread.currentThread();
    int status = ExitStatus.OK;
    while (status != LEAVE) {
      try {
        String line = reader.readLine("midplane> ");
        var before = terminal.handle(Terminal.Signal.INT, signal -> self.interrupt());
        status = execute(line, context);
        terminal.handle(Terminal.Signal.INT, before);
        Thread.interrupted(); // what came too late for the command is not for the next one
      } catch (UserInterruptException givenUp) {
        continue;
      } catch (EndOfFileException leaves) {
        break;
      }
    }
    return ExitStatus.OK;
  }

  private static int execute(String line, CommandContext context) {
    List<String> words;
    try {
      words = ShellWords.of(line);
    } catch (MidplaneException unfinished) {
      context.report(unfinished);
      return ExitStatus.USAGE;
    }
    if (words.isEmpty() || words.getFirst().startsWith("#")) {
      return ExitStatus.OK;
    }
    if (words.equals(List.of("exit")) || words.equals(List.of("quit"))) {
      return LEAVE;
    }
    if (words.getFirst().equals("shell")
        || (words.size() > 1 && words.subList(0, 2).equals(List.of("node", "start")))) {
      context.err().println("midplane: " + line.strip() + ": not in a shell; use another terminal");
      return ExitStatus.USAGE;
    }
    List<String> arguments = new ArrayList<>(context.json() ? List.of("--json") : List.of());
    arguments.addAll(words);
    return Main.run(
        context.out(), context.err(), environment(context), arguments.toArray(String[]::new));
  }

  /**
   * The node that the shell was started for is meant in each line, unless the line says another.
   */
  private static Map<String, String> environment(CommandContext context) {
    Map<String, String> environment = new HashMap<>(context.environment());
    environment.put("MIDPLANE_DATA", context.dataDirectory().toString());
    environment.put("MIDPLANE_SOCKET", context.socket().toString());
    return environment;
  }

  private static void complete(
      CommandContext context, List<String> before, String begun, List<Candidate> candidates) {
    var completion =
        new Completion(
            CommandTree.build(new String[0]),
            () -> asked(context, node -> node.configuration().tables()),
            () -> asked(context, node -> node.configuration().list()));
    for (String word : completion.of(before, begun)) {
      candidates.add(new Candidate(word, word, null, null, null, null, !word.endsWith("=")));
    }
  }

  /** Without a node there is nothing to complete, which is no error. */
  private static <T> List<T> asked(CommandContext context, Function<MidplaneClient, List<T>> what) {
    try (MidplaneClient node = context.connect()) {
      return what.apply(node);
    } catch (MidplaneException noAnswer) {
      return List.of();
    }
  }
}
