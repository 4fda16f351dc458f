package io.midplane.protocol;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/**
 * What one northbound connection may use of the other side. The node states its limits in its
 * greeting; until then a client keeps {@link #DEFAULT}. Immutable.
 *
 * @param maxFrameBytes the most a frame measures after its length field
 * @param maxOpenRequests the most requests that are open at once
 * @param maxCredits the most items a stream may have granted and not received
 */
public record NorthboundLimits(int maxFrameBytes, int maxOpenRequests, int maxCredits) {
  /** 1 MiB a frame, 4096 requests, 65536 items. */
  public static final NorthboundLimits DEFAULT =
      new NorthboundLimits(Frame.DEFAULT_MAX_BYTES, 4096, 65_536);

  /** Checks the ranges: a frame as in {@link Frame}, the others at least 1. */
  public NorthboundLimits {
    Frame.checkMaxBytes(maxFrameBytes);
    checkPositive("maxOpenRequests", maxOpenRequests);
    checkPositive("maxCredits", maxCredits);
  }

  private static void checkPositive(String name, int value) {
    if (value < 1) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, name + ": " + value + " (expected: at least 1)");
    }
  }
}
