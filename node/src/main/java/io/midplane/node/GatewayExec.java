package io.midplane.node;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.Gateway;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.RemoteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code gateway exec}: runs source at each gateway and prints what comes. */
final class GatewayExec extends GatewayCommand {
  private static final String SOURCE = "-e";
  private static final String FILE = "-f";
  private static final String SEND = "--send";

  @Override
  public String name() {
    return "exec";
  }

  @Override
  public String summary() {
    return "Runs source on gateways, and prints each item it sends as a line of JSON.";
  }

  @Override
  public void declare(CommandSpec spec) {
    super.declare(spec);
    spec.addOption(
        OptionSpec.builder(SOURCE)
            .type(String.class)
            .paramLabel("SOURCE")
            .description("The source: Java for a Java worker, Python for a Python one.")
            .build());
    spec.addOption(
        OptionSpec.builder(FILE)
            .type(Path.class)
            .paramLabel("FILE")
            .description("A file with it.")
            .build());
    spec.addOption(
        OptionSpec.builder(SEND)
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("1")
            .paramLabel("JSON")
            .description("Sends this to each. May be repeated.")
            .build());
    timeout(spec, "Gives up, with status 5, after that long.");
  }

  @Override
  void check(ParseResult line) {
    if (line.hasMatchedOption(SOURCE) == line.hasMatchedOption(FILE)) {
      throw wrong(
          line,
          "source: "
              + (line.hasMatchedOption(FILE) ? "twice" : "none")
              + " (expected: one of -e SOURCE and -f FILE)");
    }
    var unusedTimeout = timeout(line);
    var unusedItems = items(line);
  }

  private static List<@Nullable Object> items(ParseResult line) {
    List<@Nullable Object> items = new ArrayList<>();
    for (String json : line.<List<String>>matchedOptionValue(SEND, List.of())) {
      try {
        items.add(GatewayValues.parse(json));
      } catch (IOException wrong) {
        throw wrong(line, SEND + ": " + json + " (expected: JSON)");
      }
    }
    return items;
  }

  @Override
  int run(List<Gateway> gateways, ParseResult line, CommandContext context) throws Exception {
    String file = null;
    String source = line.matchedOptionValue(SOURCE, null);
    if (source == null) {
      Path path = line.matchedOptionValue(FILE, null);
      source = read(path);
      file = path.toString();
    }
    List<@Nullable Object> items = items(line);
    JsonLines lines = new JsonLines(context.out());
    List<Channel> channels = new ArrayList<>();
    for (Gateway gateway : gateways) {
      Channel channel = gateway.remoteExec(source, file);
      channel.setCallback(item -> print(lines, gateway.id(), item));
      items.forEach(channel::send);
      channels.add(channel);
    }
    return awaitAll(channels, timeout(line), context);
  }

  private static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException missing) {
      throw new MidplaneException(ErrorCode.NOT_FOUND, "file " + file + ": not found", missing);
    }
  }

  private static synchronized void print(JsonLines lines, String id, @Nullable Object item) {
    lines.print(json -> {
      json.writeStringField("gateway", id);
      json.writeFieldName("item");
      GatewayValues.write(json, item);
    });
  }

  private static int awaitAll(List<Channel> channels, Duration timeout, CommandContext context) {
    long until = System.nanoTime() + timeout.toNanos();
    int status = ExitStatus.OK;
    for (Channel channel : channels) {
      try {
        channel.waitClose(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
      } catch (RemoteException failed) {
        context.out().flush();
        context.err().print(failed.getMessage());
        context.err().flush();
        status = ExitStatus.FAILED;
      }
    }
    return status;
  }
}
