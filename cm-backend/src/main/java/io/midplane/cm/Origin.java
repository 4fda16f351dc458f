package io.midplane.cm;

import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from. Immutable.
 *
 * @param user who asks, recorded and never checked; empty if unknown
 * @param vrName the virtual router the request is about; null for none
 * @param prints whether the caller prints notices: they are then sent to where the reply goes, in
 *     order and before it
 */
public record Origin(String user, @Nullable String vrName, boolean prints) {

  /** Nobody in particular. */
  public static final Origin UNKNOWN = new Origin("", null, false);
}
