package io.midplane.xenstore;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a client connects and behaves. Immutable; each method answers a changed copy.
 *
 * @param address where the server is; null for where the environment says
 * @param timeout how long a call waits at most unless it says otherwise
 * @param closeTimeout how long closing waits for answers that are due
 * @param reconnect how a lost connection is made anew; null to leave it lost
 * @param maxOutstanding how many requests may be without an answer; a guest's server allows 20
 * @param maxEvents how many events a queue holds before it says MISSED instead
 * @param maxDirectoryBytes how long an answer to a list may be; old OCaml daemons send more than
 *     the protocol's 4096
 */
public record XenStoreSettings(
    @Nullable ServerAddress address,
    Duration timeout,
    Duration closeTimeout,
    @Nullable ReconnectPolicy reconnect,
    int maxOutstanding,
    int maxEvents,
    int maxDirectoryBytes) {

  /** Checks the ranges. */
  public XenStoreSettings {
    checkPositive("timeout", timeout);
    checkPositive("closeTimeout", closeTimeout);
    checkRange("maxOutstanding", maxOutstanding, 1 << 20);
    checkRange("maxEvents", maxEvents, 1 << 20);
    checkRange("maxDirectoryBytes", maxDirectoryBytes, 1 << 28);
  }

  /**
   * The environment's server, calls of 10 s at most, no reconnect, 1024 requests under way, queues
   * of 1024 events, lists of up to a mebibyte.
   */
  public static XenStoreSettings defaults() {
    return new XenStoreSettings(
        null, Duration.ofSeconds(10), Duration.ofSeconds(2), null, 1024, 1024, 1 << 20);
  }

  static Duration checkPositive(String name, Duration value) {
    if (value.isNegative() || value.isZero() || value.toDays() > 36_500) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          name + ": " + value + " (expected: more than zero, up to a century)");
    }
    return value;
  }

  private static void checkRange(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, name + ": " + value + " (expected: 1 to " + most + ")");
    }
  }

  /** At that address. */
  public XenStoreSettings address(ServerAddress where) {
    return new XenStoreSettings(
        where, timeout, closeTimeout, reconnect, maxOutstanding, maxEvents, maxDirectoryBytes);
  }

  /** At the Unix socket of that path. */
  public XenStoreSettings socket(Path path) {
    return address(new ServerAddress.UnixSocket(path));
  }

  /** Through the XenBus device of that path. */
  public XenStoreSettings xenBus(Path path) {
    return address(new ServerAddress.XenBus(path));
  }

  /** With another time for calls. */
  public XenStoreSettings timeout(Duration limit) {
    return new XenStoreSettings(
        address, limit, closeTimeout, reconnect, maxOutstanding, maxEvents, maxDirectoryBytes);
  }

  /** With another time for closing. */
  public XenStoreSettings closeTimeout(Duration limit) {
    return new XenStoreSettings(
        address, timeout, limit, reconnect, maxOutstanding, maxEvents, maxDirectoryBytes);
  }

  /** Making a lost connection anew. */
  public XenStoreSettings reconnect(ReconnectPolicy policy) {
    return new XenStoreSettings(
        address, timeout, closeTimeout, policy, maxOutstanding, maxEvents, maxDirectoryBytes);
  }

  /** With another bound for requests under way. */
  public XenStoreSettings maxOutstanding(int most) {
    return new XenStoreSettings(
        address, timeout, closeTimeout, reconnect, most, maxEvents, maxDirectoryBytes);
  }

  /** With another bound for queues of events. */
  public XenStoreSettings maxEvents(int most) {
    return new XenStoreSettings(
        address, timeout, closeTimeout, reconnect, maxOutstanding, most, maxDirectoryBytes);
  }

  /** With another bound for answers to lists. */
  public XenStoreSettings maxDirectoryBytes(int most) {
    return new XenStoreSettings(
        address, timeout, closeTimeout, reconnect, maxOutstanding, maxEvents, most);
  }

  /** Where the server is: what was said, else what the environment says. */
  ServerAddress where() {
    return address == null ? ServerAddress.ofEnvironment() : address;
  }
}
