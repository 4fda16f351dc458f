package io.midplane.node;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.ServerAddress;
import io.midplane.xenstore.server.XenStoreServer;
import io.midplane.xenstore.wire.DomainId;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code xenstore serve}: a XenStore server until told to stop. */
final class StoreServe implements Command {
  @Override
  public String name() {
    return "serve";
  }

  @Override
  public String summary() {
    return "Serves XenStore in the foreground; prints \"ready PATH\" once it serves.";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder("--guest")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("1")
            .paramLabel("DOMID=PATH")
            .description("A socket whose clients speak as that guest. May be repeated.")
            .build());
    spec.addOption(
        OptionSpec.builder("--trace")
            .type(Path.class)
            .paramLabel("FILE")
            .description("Writes each message in and out as a line of that file.")
            .build());
  }

  @Override
  public int run(ParseResult line, CommandContext context) throws Exception {
    Path socket = socket(context);
    XenStoreServer.Builder builder = XenStoreServer.builder().socket(socket);
    for (String guest : line.<List<String>>matchedOptionValue("--guest", List.of())) {
      addGuest(line, builder, guest);
    }
    Path trace = line.matchedOptionValue("--trace", null);
    if (trace != null) {
      builder.trace(trace);
    }
    StoreCommand.logQuietly();
    try (var signal = new StopSignal();
        XenStoreServer server = builder.start()) {
      context.out().println("ready " + server.socket().orElse(socket));
      context.out().flush();
      String unusedReason = signal.whenStopped().get();
    }
    return ExitStatus.OK;
  }

  /** {@code --socket}, or where the clients would look. */
  private static Path socket(CommandContext context) {
    Path given = context.givenSocket();
    if (given != null) {
      return given;
    }
    ServerAddress address = ServerAddress.of(context.environment(), "", path -> false);
    return switch (address) {
      case ServerAddress.UnixSocket(Path path) -> path;
      case ServerAddress.XenBus(Path path) ->
          throw new MidplaneException(
              ErrorCode.INVALID_ARGUMENT, path + " is there and no socket (expected: a socket)");
    };
  }

  private static void addGuest(ParseResult line, XenStoreServer.Builder builder, String guest) {
    int equals = guest.indexOf('=');
    try {
      int domain = Integer.parseInt(guest.substring(0, Math.max(0, equals)));
      builder.guest(new DomainId(domain), Path.of(guest.substring(equals + 1)));
    } catch (NumberFormatException malformed) {
      throw new ParameterException(
          line.commandSpec().commandLine(), "--guest: " + guest + " (expected: DOMID=PATH)");
    }
  }
}
