package io.midplane.node;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.MidplaneClient;
import io.midplane.protocol.NodeInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code node stop}: stops the node and waits until its process has ended. */
final class NodeStop implements Command {
  @Override
  public String name() {
    return "stop";
  }

  @Override
  public String summary() {
    return "Stops the node and waits until it has ended; what is not saved is lost.";
  }

  @Override
  public void declare(CommandSpec spec) {
    Patience.declare(spec);
  }

  @Override
  public int run(ParseResult line, CommandContext context) throws Exception {
    Duration timeout = Patience.of(line);
    NodeInfo info;
    Optional<ProcessHandle> process;
    try (MidplaneClient node = context.connect(timeout)) {
      info = node.status();
      process = ProcessHandle.of(info.pid());
      node.stop();
    }
    if (process.isPresent()) {
      await(process.get(), info, timeout);
    }
    if (context.json()) {
      new JsonLines(context.out())
          .print(json -> {
            json.writeStringField("name", info.name());
            json.writeNumberField("pid", info.pid());
            json.writeBooleanField("stopped", true);
          });
    } else {
      context.out().println("stopped " + info.name() + " (pid " + info.pid() + ")");
    }
    return ExitStatus.OK;
  }

  private static void await(ProcessHandle process, NodeInfo info, Duration timeout)
      throws InterruptedException, ExecutionException {
    if (process.pid() == ProcessHandle.current().pid()) {
      return;
    }
    try {
      var _ = process.onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new MidplaneException(
          ErrorCode.TIMED_OUT,
          "node %s (pid %d): still stopping after %s s; see its log"
              .formatted(info.name(), info.pid(), timeout.toMillis() / 1000.0),
          e);
    }
  }
}
