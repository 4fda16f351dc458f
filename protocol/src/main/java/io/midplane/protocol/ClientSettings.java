package io.midplane.protocol;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link MidplaneClient} connects and behaves. Immutable; each method that changes something
 * returns another object.
 */
public final class ClientSettings {
  /** How long a call waits unless told otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** How many items a stream may have under way unless told otherwise. */
  public static final int DEFAULT_CREDITS = 2048;

  private static final ClientSettings DEFAULTS =
      new ClientSettings(
          null, DEFAULT_TIMEOUT, null, "midplane", DEFAULT_CREDITS, Frame.DEFAULT_MAX_BYTES);

  private final @Nullable Path socket;
  private final Duration timeout;
  private final @Nullable String user;
  private final String program;
  private final int credits;
  private final int maxFrameBytes;

  private ClientSettings(
      @Nullable Path socket,
      Duration timeout,
      @Nullable String user,
      String program,
      int credits,
      int maxFrameBytes) {
    this.socket = socket;
    this.timeout = timeout;
    this.user = user;
    this.program = program;
    this.credits = credits;
    this.maxFrameBytes = maxFrameBytes;
  }

  /** The node of {@link NodePaths#ofProcess()}, 30 s for a call. */
  public static ClientSettings defaults() {
    return DEFAULTS;
  }

  /** Connects to this socket. */
  public ClientSettings socket(Path path) {
    return new ClientSettings(path, timeout, user, program, credits, maxFrameBytes);
  }

  /**
   * Waits so long for each call, and for each next batch of a stream.
   *
   * @throws MidplaneException INVALID_ARGUMENT unless 1 ms to about 24 days
   */
  public ClientSettings timeout(Duration limit) {
    return new ClientSettings(socket, checkTimeout(limit), user, program, credits, maxFrameBytes);
  }

  /** States this user's name to the node, which records it; by default the one of this process. */
  public ClientSettings user(String name) {
    return new ClientSettings(socket, timeout, name, program, credits, maxFrameBytes);
  }

  /** States this program's name to the node, for its log. */
  public ClientSettings program(String name) {
    return new ClientSettings(socket, timeout, user, name, credits, maxFrameBytes);
  }

  /**
   * Lets the node have so many items of a stream under way; memory for a stream is bounded by that
   * many.
   *
   * @throws MidplaneException INVALID_ARGUMENT unless 1 to 65536
   */
  public ClientSettings credits(int items) {
    if (items < 1 || items > 65_536) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "credits: " + items + " (expected: 1 to 65536)");
    }
    return new ClientSettings(socket, timeout, user, program, items, maxFrameBytes);
  }

  /**
   * Accepts and sends frames of at most so many bytes after their length field.
   *
   * @throws MidplaneException INVALID_ARGUMENT unless 1024 to {@value Frame#LARGEST_MAX_BYTES}
   */
  public ClientSettings maxFrameBytes(int bytes) {
    return new ClientSettings(socket, timeout, user, program, credits, Frame.checkMaxBytes(bytes));
  }

  static Duration checkTimeout(Duration limit) {
    if (limit.compareTo(Duration.ofMillis(1)) < 0
        || limit.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "timeout: " + limit + " (expected: 1 ms to 24 days)");
    }
    return limit;
  }

  Path socketPath() {
    return socket != null ? NodePaths.checkSocket(socket) : NodePaths.ofProcess().socket();
  }

  Duration timeout() {
    return timeout;
  }

  String userName() {
    return user != null ? user : System.getProperty("user.name", "");
  }

  String program() {
    return program;
  }

  int credits() {
    return credits;
  }

  int maxFrameBytes() {
    return maxFrameBytes;
  }
}
