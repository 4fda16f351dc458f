package io.midplane.gateways.worker;

import io.midplane.gateways.wire.Dict;
import io.midplane.gateways.wire.Tuple;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Python's execnet sends by itself, as Python source: known by its names and answered here,
 * since there is no Python to run it.
 */
final class Builtins {
  private static final String RINFO = "rinfo_source";
  private static final String SETUP = "import os\npath, nice, env";

  private Builtins() {}

  /**
   * The task that answers a request; null if it is a user's.
   *
   * @param listen begins to listen for more gateways to this worker
   */
  static @Nullable Task of(Request request, Task listen) {
    if (RINFO.equals(request.function())) {
      return channel -> channel.send(information());
    }
    if (request.function() == null
        && request.fileName() == null
        && request.source().stripLeading().startsWith(SETUP)) {
      return Builtins::setUp;
    }
    String file = request.fileName() == null ? "" : request.fileName();
    return switch (file.substring(file.lastIndexOf('/') + 1)) {
      case RsyncReceiver.FILE_NAME -> RsyncReceiver::receive;
      case Forwarder.FILE_NAME -> Forwarder::forward;
      case Listening.FILE_NAME -> listen;
      default -> null;
    };
  }

  /** Executable, version, platform, folder and process of this worker, as Python would say it. */
  private static Dict information() {
    Runtime.Version version = Runtime.version();
    Dict information = new Dict();
    information.put("executable", ProcessHandle.current().info().command().orElse("java"));
    information.put(
        "version_info",
        Tuple.of(version.feature(), version.interim(), version.update(), "final", 0));
    information.put("platform", platform());
    information.put("cwd", System.getProperty("user.dir"));
    information.put("pid", ProcessHandle.current().pid());
    return information;
  }

  private static String platform() {
    String name = System.getProperty("os.name", "unknown").toLowerCase(Locale.ROOT);
    if (name.startsWith("mac")) {
      return "darwin";
    }
    return name.startsWith("windows") ? "win32" : name;
  }

  private static void setUp(Channel channel) throws IOException {
    if (!(channel.receive() instanceof Tuple wanted) || wanted.size() != 3) {
      throw new IOException("setup: expected a tuple of folder, nice and environment");
    }
    if (wanted.get(0) instanceof String folder && !folder.isEmpty()) {
      ProcessState.changeFolder(folder);
    }
    if (wanted.get(1) instanceof Integer nice && nice != 0) {
      ProcessState.nice(nice);
    }
    if (wanted.get(2) instanceof Map<?, ?> variables && !variables.isEmpty()) {
      ProcessState.setVariables(variables);
    }
  }
}
