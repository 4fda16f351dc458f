package io.midplane.node;

import io.midplane.xenstore.Nodes;
import io.midplane.xenstore.XenStore;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code xenstore read}: values of nodes. */
final class StoreRead extends StoreCommand {
  StoreRead() {
    super("read", "Prints values of nodes, a line each.", "KEY");
  }

  @Override
  public void declare(CommandSpec spec) {
    super.declare(spec);
    flag(spec, "-p", "--prefix", "Prints each path before its value.");
    flag(spec, "-R", "--raw", "Prints the bytes of values, without escapes and line ends.");
  }

  @Override
  int run(XenStore store, ParseResult line, List<String> paths, StoreOutput out) {
    boolean isPrefixed = line.hasMatchedOption("-p");
    boolean isRaw = line.hasMatchedOption("-R");
    perform(
        store,
        paths.size() > 1,
        out,
        nodes -> paths.forEach(path -> read(nodes, path, isPrefixed, isRaw, out)));
    return ExitStatus.OK;
  }

  private static void read(
      Nodes nodes, String path, boolean isPrefixed, boolean isRaw, StoreOutput out) {
    byte[] value = granted(() -> nodes.read(path), "couldn't read path " + path);
    if (out.isJson()) {
      out.json(json -> {
        json.writeStringField("path", path);
        StoreOutput.value(json, value);
      });
      return;
    }
    if (isPrefixed) {
      out.print(path + ": ");
    }
    if (isRaw) {
      out.print(value);
    } else {
      out.print(StoreText.escaped(value)).print("\n");
    }
  }
}
