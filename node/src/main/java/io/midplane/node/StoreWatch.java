package io.midplane.node;

import io.midplane.xenstore.Monitor;
import io.midplane.xenstore.WatchEvent;
import io.midplane.xenstore.XenStore;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code xenstore watch}: paths of changes as they happen, until interrupted. */
final class StoreWatch extends StoreCommand {
  StoreWatch() {
    super(
        "watch", "Prints the path of each change at and below the keys, until interrupted.", "KEY");
  }

  @Override
  public void declare(CommandSpec spec) {
    super.declare(spec);
    spec.addOption(
        OptionSpec.builder("-n", "--number")
            .type(String.class)
            .paramLabel("NR")
            .description(
                "Ends after that many events; the first for each key is the present state.")
            .build());
  }

  @Override
  int run(XenStore store, ParseResult line, List<String> paths, StoreOutput out) {
    int most = leadingNumber(line.matchedOptionValue("-n", "-1"));
    try (Monitor monitor = store.monitor()) {
      for (String path : paths) {
        var subscription =
            granted(() -> monitor.watch(path, path), "Unable to add watch on " + path);
        if (!subscription.isOpen()) {
          throw new Refused("Unable to add watch on " + path);
        }
      }
      for (int count = 0; count != most && !out.isClosed(); count++) {
        print(monitor.next(), out);
      }
    }
    return ExitStatus.OK;
  }

  private static void print(WatchEvent event, StoreOutput out) {
    if (out.isJson()) {
      out.json(json -> {
        json.writeStringField("path", event.path());
        json.writeStringField("token", event.token());
      });
    } else {
      out.print(event.path() + "\n");
    }
    out.flush();
  }
}
