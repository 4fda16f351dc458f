package io.midplane.node;

import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.Nodes;
import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.wire.Permission;
import io.midplane.xenstore.wire.Permission.Right;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code xenstore chmod}: permissions of a node, of those above it, of those below it. */
final class StoreChmod extends StoreCommand {
  private static final int MOST = 16;
  private static final Map<Character, Right> RIGHTS =
      Map.of('n', Right.NONE, 'r', Right.READ, 'w', Right.WRITE, 'b', Right.BOTH);

  StoreChmod() {
    super("chmod", "Sets the permissions of a node: its owner's entry first.", "KEY MODE");
  }

  @Override
  public void declare(CommandSpec spec) {
    super.declare(spec);
    flag(spec, "-u", "--upto", "Also of all nodes above it but /.");
    flag(spec, "-r", "--recurse", "Also of all nodes below it.");
  }

  @Override
  int run(XenStore store, ParseResult line, List<String> operands, StoreOutput out) {
    List<String> modes = operands.subList(1, operands.size());
    if (modes.size() > MOST) {
      throw new Refused("Too many permissions specified.  Maximum per invocation is " + MOST + ".");
    }
    List<Permission> permissions = modes.stream().map(StoreChmod::permission).toList();
    perform(
        store,
        true,
        out,
        nodes -> {
          String path = operands.getFirst();
          set(nodes, path, permissions);
          if (line.hasMatchedOption("-u")) {
            setAbove(nodes, path, permissions);
          }
          if (line.hasMatchedOption("-r")) {
            setBelow(nodes, path, permissions);
          }
        });
    return ExitStatus.OK;
  }

  private static Permission permission(String mode) {
    Right right = mode.isEmpty() ? null : RIGHTS.get(mode.charAt(0));
    if (right == null) {
      throw new Refused(
          "Invalid permission specification: '" + (mode.isEmpty() ? "" : mode.charAt(0)) + "'");
    }
    return Permission.of(right, leadingNumber(mode.substring(1)));
  }

  private static void set(Nodes nodes, String path, List<Permission> permissions) {
    try {
      nodes.setPermissions(path, permissions);
    } catch (MidplaneException failure) {
      throw new Refused("Error occurred setting permissions on '" + path + "': " + words(failure));
    }
  }

  private static void setAbove(Nodes nodes, String path, List<Permission> permissions) {
    int end = path.lastIndexOf('/');
    while (end > 0) {
      set(nodes, path.substring(0, end), permissions);
      end = path.lastIndexOf('/', end - 1);
    }
    if (end < 0) {
      throw new Refused(
          "Unable to locate path separator '/' in '"
              + path.substring(0, path.indexOf('/') < 0 ? path.length() : path.indexOf('/'))
              + "'");
    }
  }

  private static void setBelow(Nodes nodes, String path, List<Permission> permissions) {
    for (String child : nodes.list(path)) {
      String below = path + "/" + child;
      set(nodes, below, permissions);
      setBelow(nodes, below, permissions);
    }
  }
}
