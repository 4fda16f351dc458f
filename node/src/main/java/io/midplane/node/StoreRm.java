package io.midplane.node;

import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.Nodes;
import io.midplane.xenstore.XenStore;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code xenstore rm}: removes nodes with all below them. */
final class StoreRm extends StoreCommand {
  StoreRm() {
    super("rm", "Removes nodes with all below them.", "KEY");
  }

  @Override
  public void declare(CommandSpec spec) {
    super.declare(spec);
    flag(
        spec,
        "-t",
        "--tidy",
        "Also removes nodes above that have neither value nor children left.");
  }

  @Override
  int run(XenStore store, ParseResult line, List<String> paths, StoreOutput out) {
    boolean isTidy = line.hasMatchedOption("-t");
    perform(
        store,
        paths.size() > 1 || isTidy,
        out,
        nodes -> {
          for (String path : paths) {
            remove(nodes, path);
            if (isTidy) {
              removeEmptyAbove(nodes, path);
            }
          }
        });
    return ExitStatus.OK;
  }

  private static void remove(Nodes nodes, String path) {
    done(() -> nodes.remove(path), "could not remove path " + path);
  }

  private static void removeEmptyAbove(Nodes nodes, String path) {
    int end = path.lastIndexOf('/');
    while (end > 0 && isEmpty(nodes, path.substring(0, end))) {
      remove(nodes, path.substring(0, end));
      end = path.lastIndexOf('/', end - 1);
    }
  }

  private static boolean isEmpty(Nodes nodes, String path) {
    try {
      return nodes.read(path).length == 0 && nodes.list(path).isEmpty();
    } catch (MidplaneException unreadable) {
      return false;
    }
  }
}
