package io.midplane.node;

import io.midplane.calls.MidplaneException;
import io.midplane.protocol.ClientSettings;
import io.midplane.protocol.MidplaneClient;
import io.midplane.protocol.NodePaths;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;
import org.jspecify.annotations.Nullable;

/** What a command gets from the program around it: where to print, and which node is meant. */
public final class CommandContext {
  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;
  private final GlobalOptions options;

  CommandContext(
      PrintStream out, PrintStream err, Map<String, String> environment, GlobalOptions options) {
    this.out = out;
    this.err = err;
    this.environment = environment;
    this.options = options;
  }

  /** For results; UTF-8, and buffered: flush what must be seen at once. */
  public PrintStream out() {
    return out;
  }

  /** For everything else. */
  public PrintStream err() {
    return err;
  }

  /** Whether results are to be JSON, one object a line. */
  public boolean json() {
    return options.json();
  }

  /** Whether errors are to be shown with their stack. */
  public boolean debug() {
    return options.debug();
  }

  /** The environment the program was started in. */
  public Map<String, String> environment() {
    return environment;
  }

  /** The node's data folder: {@code --data}, MIDPLANE_DATA, or the usual one; absolute. */
  public Path dataDirectory() {
    Path data = options.data();
    return (data != null ? data : NodePaths.of(environment).dataDirectory()).toAbsolutePath();
  }

  /**
   * The node's socket: {@code --socket}, or the one in {@code --data}, or MIDPLANE_SOCKET, or the
   * one in the data folder.
   *
   * @throws io.midplane.calls.MidplaneException INVALID_ARGUMENT if its path is too long
   */
  public Path socket() {
    if (options.socket() != null) {
      return NodePaths.checkSocket(options.socket());
    }
    return options.data() != null
        ? NodePaths.socketIn(options.data())
        : NodePaths.of(environment).socket();
  }

  /** What {@code --socket} says, if it is given. */
  @Nullable Path givenSocket() {
    return options.socket();
  }

  /** Prints a line of progress, at once. */
  void progress(String line) {
    err.println(Texts.of(line));
  }

  /**
   * Whether a bar that is drawn again and again has a terminal, which standard error is, not that
   * of input and output: never with {@code --json}. Blocks: starts a small program.
   */
  boolean showsBars() {
    return !json() && environment.getOrDefault("NO_COLOR", "").isEmpty() && isTerminal();
  }

  private static boolean isTerminal() {
    try {
      return TerminalProvider.load("exec").isSystemStream(SystemStream.Error);
    } catch (IOException noProvider) {
      return false;
    }
  }

  /** Lets {@code MidplaneClient.connect()} in this process reach the node that is meant here. */
  void shareWithScripts() {
    System.setProperty("midplane.socket", socket().toAbsolutePath().toString());
  }

  /** Prints an error, with its stack if that is wanted. */
  void report(MidplaneException failure) {
    report(String.valueOf(failure.getMessage()), failure);
  }

  void report(String message, Exception failure) {
    out.flush();
    err.println("midplane: " + message);
    if (debug()) {
      failure.printStackTrace(err);
    }
  }

  /**
   * Where a command prints text that is meant for people: standard output, or with {@code --json}
   * an object {@code {"line":…}} there for each line.
   */
  public PrintStream textOut() {
    return json() ? TextObjects.to(out) : out;
  }

  /** Connects to the node. Blocks: yes. */
  public MidplaneClient connect() {
    return connect(ClientSettings.DEFAULT_TIMEOUT);
  }

  /** Connects to the node; each of its answers is waited for so long. Blocks: yes. */
  MidplaneClient connect(Duration timeout) {
    return MidplaneClient.connect(
        ClientSettings.defaults()
            .socket(socket())
            .timeout(timeout)
            .program("midplane/" + Version.TEXT));
  }
}
