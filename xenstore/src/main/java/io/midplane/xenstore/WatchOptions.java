package io.midplane.xenstore;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import org.jspecify.annotations.Nullable;

/**
 * What is watched and how. Immutable; each method answers a changed copy.
 *
 * @param path a node's path, absolute or relative, or a special one
 * @param token comes with each event
 * @param depth how many levels below the path count, 0 for the node alone; null for all. Only for
 *     servers with that feature
 */
public record WatchOptions(String path, String token, @Nullable Integer depth) {

  /** Checks the depth. */
  public WatchOptions {
    if (depth != null && depth < 0) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "depth: " + depth + " (expected: 0 or more)");
    }
  }

  /** All below a path, with the path as the token. */
  public static WatchOptions of(String path) {
    return new WatchOptions(path, path, null);
  }

  /** With another token. */
  public WatchOptions token(String own) {
    return new WatchOptions(path, own, depth);
  }

  /** With a bound for the depth. */
  public WatchOptions depth(int levels) {
    return new WatchOptions(path, token, levels);
  }

  /** Whether only servers with the feature of depth watches know it. */
  boolean needsDepth() {
    return depth != null || (path.startsWith("@") && path.contains("/"));
  }
}
