package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What to start for the attributes of a spec, as another side sends them to a forwarder. */
final class ForwardedCommand {
  private static final String ONE_LINER = "import sys;exec(eval(sys.stdin.readline()))";
  private static final String BLANKS = "\\s+";

  private ForwardedCommand() {}

  /**
   * The command: the one that a Midplane coordinator made, or what stock execnet starts. Where that
   * would be the forwarder's own interpreter, it is this worker once more.
   */
  static List<String> of(Map<?, ?> attributes) {
    if (attributes.get("argv") instanceof List<?> made && !made.isEmpty()) {
      return made.stream().map(String::valueOf).toList();
    }
    String python = text(attributes, "python");
    if (text(attributes, "ssh") instanceof String ssh) {
      List<String> command = remote(List.of("ssh", "-C"), attributes);
      command.addAll(List.of(ssh.strip().split(BLANKS)));
      command.add((python == null ? "python" : python) + " -c \"" + ONE_LINER + "\"");
      return command;
    }
    if (text(attributes, "vagrant_ssh") instanceof String machine) {
      List<String> command = remote(List.of("vagrant", "ssh", machine, "--", "-C"), attributes);
      command.add((python == null ? "python" : python) + " -c \"" + ONE_LINER + "\"");
      return command;
    }
    if (attributes.get("popen") == null) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          "forwarder: " + attributes.get("_spec") + " (expected: popen, ssh or vagrant_ssh)");
    }
    return python == null ? itself() : interpreter(python, attributes);
  }

  private static List<String> remote(List<String> begin, Map<?, ?> attributes) {
    List<String> command = new ArrayList<>(begin);
    if (text(attributes, "ssh_config") instanceof String file) {
      command.addAll(List.of("-F", file));
    }
    return command;
  }

  /** The shell splits the words, quotes and all. */
  private static List<String> interpreter(String python, Map<?, ?> attributes) {
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "exec " + python + " \"$@\"", "sh", "-u"));
    if (attributes.get("dont_write_bytecode") != null) {
      command.add("-B");
    }
    command.addAll(List.of("-c", ONE_LINER));
    return command;
  }

  private static List<String> itself() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--add-opens=java.base/java.lang=ALL-UNNAMED",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName());
  }

  private static @Nullable String text(Map<?, ?> attributes, String key) {
    return attributes.get(key) instanceof String text && !text.isBlank() ? text : null;
  }
}
