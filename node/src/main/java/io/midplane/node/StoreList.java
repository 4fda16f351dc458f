package io.midplane.node;

import io.midplane.xenstore.Nodes;
import io.midplane.xenstore.XenStore;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code xenstore list}: names of children. */
final class StoreList extends StoreCommand {
  StoreList() {
    super("list", "Prints the names of nodes' children, a line each.", "KEY");
  }

  @Override
  public void declare(CommandSpec spec) {
    super.declare(spec);
    flag(spec, "-p", "--prefix", "Prints each path before the name.");
  }

  @Override
  int run(XenStore store, ParseResult line, List<String> paths, StoreOutput out) {
    boolean isPrefixed = line.hasMatchedOption("-p");
    perform(
        store,
        paths.size() > 1,
        out,
        nodes -> paths.forEach(path -> list(nodes, path, isPrefixed, out)));
    return ExitStatus.OK;
  }

  private static void list(Nodes nodes, String path, boolean isPrefixed, StoreOutput out) {
    for (String child : granted(() -> nodes.list(path), "could not list path " + path)) {
      if (out.isJson()) {
        out.json(json -> {
          json.writeStringField("path", path);
          json.writeStringField("child", child);
        });
      } else {
        out.print(isPrefixed ? path + "/" : "").print(child + "\n");
      }
    }
  }
}
