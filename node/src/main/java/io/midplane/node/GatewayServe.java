package io.midplane.node;

import io.midplane.gateways.worker.ServerSettings;
import io.midplane.gateways.worker.TaskOutput;
import io.midplane.gateways.worker.Token;
import io.midplane.gateways.worker.TokenFile;
import io.midplane.gateways.worker.Tracing;
import io.midplane.gateways.worker.Worker;
import io.midplane.gateways.worker.WorkerServer;
import io.midplane.gateways.worker.WorkerSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code gateway serve}: workers for whoever connects and knows the token. */
final class GatewayServe implements Command {
  private static final String LISTEN = "--listen";
  private static final String EXECNET = "--execnet";
  private static final String PYTHON = "--python";
  private static final String TOKEN_FILE = "--token-file";
  private static final String INSECURE = "--insecure";
  private static final int MOST_PORT = 0xffff;

  @Override
  public String name() {
    return "serve";
  }

  @Override
  public String summary() {
    return "Serves gateways in the foreground; prints \"ready HOST:PORT\" once it does.";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(LISTEN)
            .type(String.class)
            .paramLabel("HOST:PORT")
            .required(true)
            .description("Where to listen; port 0 takes a free one.")
            .build());
    flag(spec, EXECNET, "Open to stock execnet clients: no token, no encryption.");
    spec.addOption(
        OptionSpec.builder(PYTHON)
            .type(String.class)
            .paramLabel("PYTHON")
            .description("Runs what stock clients send as Python, by this interpreter.")
            .build());
    spec.addOption(
        OptionSpec.builder(TOKEN_FILE)
            .type(Path.class)
            .paramLabel("FILE")
            .description("The token that clients have to know; a new one is made without.")
            .build());
    flag(spec, INSECURE, "With --execnet: listens beyond this machine too.");
  }

  private static void flag(CommandSpec spec, String name, String description) {
    spec.addOption(OptionSpec.builder(name).type(boolean.class).description(description).build());
  }

  @Override
  public int run(ParseResult line, CommandContext context) throws Exception {
    boolean open = line.hasMatchedOption(EXECNET);
    Path given = line.matchedOptionValue(TOKEN_FILE, null);
    if (open && given != null) {
      throw wrong(line, "--token-file: stock clients know no token (expected: not with --execnet)");
    }
    InetSocketAddress address = address(line);
    Path made = open || given != null ? null : newTokenFile();
    try {
      ServerSettings settings = open ? openSettings(line, address, context) : null;
      if (settings == null) {
        settings = ServerSettings.secured(address, token(given, made, context));
      }
      String python = line.matchedOptionValue(PYTHON, null);
      serve(python == null ? settings : settings.withPython(python), context);
    } finally {
      remove(made);
    }
    return ExitStatus.OK;
  }

  private static void serve(ServerSettings settings, CommandContext context) throws Exception {
    Worker worker = new Worker(WorkerSettings.defaults(), Tracing.of(context.environment()));
    TaskOutput.install();
    try (var signal = new StopSignal();
        WorkerServer server = WorkerServer.start(worker, settings)) {
      context.out().println("ready " + text(server.address()));
      context.out().flush();
      String unusedReason = signal.whenStopped().get();
    }
  }

  private static ServerSettings openSettings(
      ParseResult line, InetSocketAddress address, CommandContext context) {
    context.progress(
        "warning: whoever can connect to %s runs code here, unencrypted".formatted(text(address)));
    return line.hasMatchedOption(INSECURE)
        ? ServerSettings.openToAll(address)
        : ServerSettings.open(address);
  }

  private static Token token(@Nullable Path given, @Nullable Path made, CommandContext context)
      throws IOException {
    if (made == null) {
      return TokenFile.read(java.util.Objects.requireNonNull(given));
    }
    Token token = TokenFile.create(made);
    context.out().println("token " + made);
    return token;
  }

  /** In a folder that only this user can enter. */
  private static Path newTokenFile() throws IOException {
    return Files.createTempDirectory("midplane-gateway-").resolve("token");
  }

  private static void remove(@Nullable Path made) throws IOException {
    if (made != null) {
      Files.deleteIfExists(made);
      Files.deleteIfExists(java.util.Objects.requireNonNull(made.getParent()));
    }
  }

  private static InetSocketAddress address(ParseResult line) {
    String listen = line.matchedOptionValue(LISTEN, "");
    int colon = listen.lastIndexOf(':');
    String host = colon < 0 ? "" : listen.substring(0, colon).replaceAll("^\\[|]$", "");
    try {
      int port = Integer.parseInt(listen.substring(colon + 1));
      if (!host.isEmpty() && port >= 0 && port <= MOST_PORT) {
        return new InetSocketAddress(host, port);
      }
    } catch (NumberFormatException noPort) {
      throw wrong(line, "--listen: " + listen + " (expected: HOST:PORT)");
    }
    throw wrong(line, "--listen: " + listen + " (expected: HOST:PORT, a port up to 65535)");
  }

  private static String text(InetSocketAddress address) {
    String host =
        address.getAddress() == null
            ? address.getHostString()
            : address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }

  private static ParameterException wrong(ParseResult line, String text) {
    return new ParameterException(line.commandSpec().commandLine(), text);
  }
}
