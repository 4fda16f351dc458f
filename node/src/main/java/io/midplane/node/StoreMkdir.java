package io.midplane.node;

import io.midplane.xenstore.XenStore;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** {@code xenstore mkdir}: makes nodes without a value where there are none. */
final class StoreMkdir extends StoreCommand {
  StoreMkdir() {
    super("mkdir", "Makes nodes, empty; those that are there stay as they are.", "KEY");
  }

  @Override
  int run(XenStore store, ParseResult line, List<String> paths, StoreOutput out) {
    perform(
        store,
        paths.size() > 1,
        out,
        nodes ->
            paths.forEach(path -> done(() -> nodes.mkdir(path), "could not make path " + path)));
    return ExitStatus.OK;
  }
}
