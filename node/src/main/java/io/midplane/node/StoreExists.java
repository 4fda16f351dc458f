package io.midplane.node;

import io.midplane.xenstore.XenStore;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code xenstore exists}: whether all nodes are there; the status says it. */
final class StoreExists extends StoreCommand {
  StoreExists() {
    super("exists", "Ends with status 0 if all the nodes are there, with 1 if not.", "KEY");
  }

  @Override
  public void declare(CommandSpec spec) {
    super.declare(spec);
    flag(spec, "-p", null, "Does nothing, as with the tools.");
  }

  @Override
  int run(XenStore store, ParseResult line, List<String> paths, StoreOutput out) {
    for (String path : paths) {
      boolean isThere;
      try {
        byte[] unused = granted(() -> store.read(path), "");
        isThere = true;
      } catch (Refused missing) {
        isThere = false;
      }
      if (out.isJson()) {
        boolean exists = isThere;
        out.json(json -> {
          json.writeStringField("path", path);
          json.writeBooleanField("exists", exists);
        });
        out.flush();
      }
      if (!isThere) {
        return ExitStatus.FAILED;
      }
    }
    return ExitStatus.OK;
  }
}
