package io.midplane.node;

import io.midplane.xenstore.XenStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code xenstore write}: values of nodes, which are made if they are missing. */
final class StoreWrite extends StoreCommand {
  StoreWrite() {
    super("write", "Writes values of nodes.", "KEY VALUE");
  }

  @Override
  public void declare(CommandSpec spec) {
    super.declare(spec);
    flag(spec, "-R", "--raw", "Takes values as they are, without escapes.");
  }

  @Override
  void check(ParseResult line, List<String> operands) {
    super.check(line, operands);
    if (operands.size() % 2 == 1) {
      throw wrong(line, operands.getLast() + " (expected: a value behind each key)");
    }
  }

  @Override
  int run(XenStore store, ParseResult line, List<String> operands, StoreOutput out) {
    boolean isRaw = line.hasMatchedOption("-R");
    perform(
        store,
        operands.size() > 2,
        out,
        nodes -> {
          for (int i = 0; i < operands.size(); i += 2) {
            String path = operands.get(i);
            byte[] text = operands.get(i + 1).getBytes(StandardCharsets.UTF_8);
            byte[] value = isRaw ? text : StoreText.unescaped(text);
            done(() -> nodes.write(path, value), "could not write path " + path);
          }
        });
    return ExitStatus.OK;
  }
}
