package io.midplane.protocol;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a node's data folder and its northbound socket are, unless the user says otherwise (CLI
 * reference, "For every command"). Blocks: no. Immutable, hence thread-safe.
 */
public final class NodePaths {
  /** The most bytes of a socket's path: what Linux takes, without the final zero. */
  public static final int MAX_SOCKET_BYTES = 107;

  private static final String SOCKET_NAME = "midplane.sock";

  private final Map<String, String> environment;

  private NodePaths(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * By this process: its environment, and before that the system property {@code midplane.socket},
   * which a program that runs others inside itself sets for them.
   */
  public static NodePaths ofProcess() {
    String socket = System.getProperty("midplane.socket");
    if (socket == null) {
      return new NodePaths(System.getenv());
    }
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("MIDPLANE_SOCKET", socket);
    return new NodePaths(environment);
  }

  /** By an environment given here. */
  public static NodePaths of(Map<String, String> environment) {
    return new NodePaths(environment);
  }

  /**
   * The data folder: MIDPLANE_DATA, else $XDG_STATE_HOME/midplane, else ~/.local/state/midplane.
   */
  public Path dataDirectory() {
    String data = variable("MIDPLANE_DATA");
    if (data != null) {
      return Path.of(data);
    }
    String state = variable("XDG_STATE_HOME");
    if (state != null) {
      return Path.of(state, "midplane");
    }
    String home = variable("HOME");
    return Path.of(
        home != null ? home : System.getProperty("user.home"), ".local", "state", "midplane");
  }

  /**
   * The socket of the node to talk to: MIDPLANE_SOCKET, else the one in {@link #dataDirectory()}.
   *
   * @throws MidplaneException INVALID_ARGUMENT if its path is too long
   */
  public Path socket() {
    String socket = variable("MIDPLANE_SOCKET");
    return socket != null ? checkSocket(Path.of(socket)) : socketIn(dataDirectory());
  }

  /**
   * The socket of the node with this data folder.
   *
   * @throws MidplaneException INVALID_ARGUMENT if its path is too long
   */
  public static Path socketIn(Path dataDirectory) {
    return checkSocket(dataDirectory.resolve(SOCKET_NAME));
  }

  /**
   * Returns the path if a Unix socket may have it.
   *
   * @throws MidplaneException INVALID_ARGUMENT if it has more than {@value #MAX_SOCKET_BYTES} bytes
   */
  public static Path checkSocket(Path socket) {
    int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_SOCKET_BYTES) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "socket path: "
              + socket
              + " of "
              + bytes
              + " bytes (expected: at most "
              + MAX_SOCKET_BYTES
              + "); choose a shorter --socket or --data");
    }
    return socket;
  }

  private @Nullable String variable(String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? null : value;
  }
}
