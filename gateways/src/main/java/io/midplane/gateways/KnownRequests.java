package io.midplane.gateways;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Tuple;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every worker can be asked, and its answers. Python runs the text; a Java worker knows the
 * request by its name.
 */
final class KnownRequests {
  private static final String RINFO =
      "import os, sys\n"
          + "channel.send(dict(executable=sys.executable, version_info=tuple(sys.version_info[:5]),"
          + " platform=sys.platform, cwd=os.getcwd(), pid=os.getpid()))\n";
  private static final String RINFO_NAME = "rinfo_source";
  private static final String FORWARDER = PythonText.resource("forwarder.py");
  private static final String FORWARDER_NAME = "gateway_io.py";
  private static final String LISTENER = PythonText.resource("listener.py");
  private static final String LISTENER_NAME = "socketserver.py";
  private static final String RECEIVER = PythonText.resource("receiver.py");
  private static final String RECEIVER_NAME = "rsync_remote.py";

  private KnownRequests() {}

  /** To start and forward another worker. */
  static Tuple forwarder() {
    return Tuple.of(FORWARDER, FORWARDER_NAME, null, Map.of());
  }

  /** To listen for one connection. */
  static Tuple listener() {
    return Tuple.of(LISTENER, LISTENER_NAME, null, Map.of());
  }

  /** To receive a tree of files. */
  static Tuple receiver() {
    return Tuple.of(RECEIVER, RECEIVER_NAME, null, Map.of());
  }

  /** A text known without a name. */
  static Tuple of(String text) {
    return Tuple.of(text, null, null, Map.of());
  }

  /** Where the worker runs. */
  static Tuple information(FarSide farSide) {
    String function = farSide == FarSide.JAVA ? RINFO_NAME : null;
    return Tuple.of(RINFO, null, function, Map.of());
  }

  /** The answer to that, of the gateway of this id. */
  static RemoteInfo information(String id, @Nullable Object answer) {
    if (answer instanceof Map<?, ?> map
        && map.get("version_info") instanceof Tuple version
        && map.get("pid") instanceof Number pid) {
      List<String> parts = version.asList().stream().map(String::valueOf).toList();
      return new RemoteInfo(
          String.valueOf(map.get("executable")),
          parts,
          String.valueOf(map.get("platform")),
          String.valueOf(map.get("cwd")),
          pid.longValue());
    }
    throw violation(id, "information", answer);
  }

  /** The answer to a request for the state, of the gateway of this id. */
  static RemoteStatus status(String id, @Nullable Object answer) {
    if (answer instanceof Map<?, ?> map
        && map.get("numchannels") instanceof Number channels
        && map.get("numexecuting") instanceof Number executing) {
      return new RemoteStatus(
          channels.intValue(), executing.intValue(), String.valueOf(map.get("execmodel")));
    }
    throw violation(id, "status", answer);
  }

  private static MidplaneException violation(String id, String what, @Nullable Object answer) {
    return new MidplaneException(
        ErrorCode.PROTOCOL_VIOLATION, "gateway " + id + ": " + what + " " + answer);
  }
}
