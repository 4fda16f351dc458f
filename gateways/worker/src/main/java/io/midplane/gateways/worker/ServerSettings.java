package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a socket server listens, and for whom. Whoever it lets in can run code with the rights of
 * its process.
 *
 * @param address where
 * @param token who knows it is let in, over TLS; null lets in everybody who can connect,
 *     unencrypted as stock execnet is
 * @param insecure whether to let in everybody from other machines too
 * @param greeting how long a client may take until its greeting is complete
 * @param maxClients how many are served at once, greetings under way included; more are turned away
 * @param python words of a shell that start an interpreter for what stock clients send, Python
 *     then; null to take that for Java
 */
public record ServerSettings(
    InetSocketAddress address,
    @Nullable Token token,
    boolean insecure,
    Duration greeting,
    int maxClients,
    @Nullable String python) {
  private static final Duration GREETING = Duration.ofSeconds(10);
  private static final int CLIENTS = 1024;

  /**
   * Refuses what would let everybody in by mistake.
   *
   * @throws MidplaneException NOT_ALLOWED if other machines could connect without a token
   */
  public ServerSettings {
    if (address.isUnresolved()) {
      throw new MidplaneException(
          ErrorCode.NOT_FOUND, "listen: " + address.getHostString() + " has no address");
    }
    if (token == null && !insecure && !address.getAddress().isLoopbackAddress()) {
      throw new MidplaneException(
          ErrorCode.NOT_ALLOWED,
          "listen: "
              + address
              + " without a token (expected: a loopback address), anybody could run code here;"
              + " serve with a token, or say --insecure");
    }
    if (maxClients < 1) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "maxClients: " + maxClients + " (expected: 1 or more)");
    }
  }

  /** For clients of Midplane that know the token; 10 seconds to greet, 1024 at once. */
  public static ServerSettings secured(InetSocketAddress address, Token token) {
    return new ServerSettings(address, token, false, GREETING, CLIENTS, null);
  }

  /** For stock clients on this machine; 10 seconds to greet, 1024 at once. */
  public static ServerSettings open(InetSocketAddress address) {
    return new ServerSettings(address, null, false, GREETING, CLIENTS, null);
  }

  /** The same for stock clients on all machines, which must be meant. */
  public static ServerSettings openToAll(InetSocketAddress address) {
    return new ServerSettings(address, null, true, GREETING, CLIENTS, null);
  }

  /** The same with another time to greet. */
  public ServerSettings withGreeting(Duration other) {
    return new ServerSettings(address, token, insecure, other, maxClients, python);
  }

  /** The same with another number of clients at once. */
  public ServerSettings withMaxClients(int other) {
    return new ServerSettings(address, token, insecure, greeting, other, python);
  }

  /** The same with an interpreter for stock clients, {@code python3} for example. */
  public ServerSettings withPython(String other) {
    return new ServerSettings(address, token, insecure, greeting, maxClients, other);
  }
}
