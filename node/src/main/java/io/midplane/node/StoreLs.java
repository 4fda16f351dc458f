package io.midplane.node;

import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.wire.Permission;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code xenstore ls}: a subtree, with values. */
final class StoreLs extends StoreCommand {
  private static final String ROOT = "/";

  StoreLs() {
    super("ls", "Prints all nodes below one (default: /), with their values.", "[KEY]");
  }

  @Override
  public void declare(CommandSpec spec) {
    super.declare(spec);
    flag(spec, "-f", "--flat", "Prints whole paths and whole values.");
    flag(spec, "-p", "--prefix", "Prints the permissions too.");
  }

  @Override
  void check(ParseResult line, List<String> operands) {}

  @Override
  int run(XenStore store, ParseResult line, List<String> operands, StoreOutput out) {
    boolean isFlat = line.hasMatchedOption("-f");
    var listing = new Listing(store, out, new StoreTreeLine(isFlat), line.hasMatchedOption("-p"));
    for (String path : operands.isEmpty() ? List.of(ROOT) : operands) {
      listing.printBelow(path, 0);
    }
    out.flush();
    return ExitStatus.OK;
  }

  private record Listing(XenStore store, StoreOutput out, StoreTreeLine form, boolean isFull) {

    void printBelow(String path, int depth) {
      for (String name : children(path)) {
        String child = path.endsWith("/") ? path + name : path + "/" + name;
        print(child, name, depth);
        printBelow(child, depth + 1);
      }
    }

    private List<String> children(String path) {
      try {
        return store.list(path);
      } catch (MidplaneException failure) {
        throw refused(path, failure);
      }
    }

    private static RuntimeException refused(String path, MidplaneException failure) {
      return new Refused("xs_directory (" + path + "): " + words(failure));
    }

    private void print(String path, String name, int depth) {
      byte @Nullable [] value = store.find(path).orElse(null);
      String permissions = isFull || out.isJson() ? permissions(path) : null;
      if (out.isJson()) {
        out.json(json -> {
          json.writeStringField("path", path);
          if (value != null) {
            StoreOutput.value(json, value);
          }
          json.writeStringField("permissions", permissions);
        });
      } else {
        out.print(form.of(path, name, depth, value, permissions)).print("\n");
      }
      out.flush();
    }

    private String permissions(String path) {
      return store.permissions(path).stream()
          .map(Permission::toString)
          .collect(Collectors.joining(","));
    }
  }
}
