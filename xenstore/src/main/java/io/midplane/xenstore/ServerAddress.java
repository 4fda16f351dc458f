package io.midplane.xenstore;

import io.midplane.xenstore.wire.Transport;
import io.midplane.xenstore.wire.UnixSocketTransport;
import io.midplane.xenstore.wire.XenBusTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is reached. The text form names the way and the path, as {@code
 * UnixSocket(/var/run/xenstored/socket)}.
 */
public sealed interface ServerAddress {

  /** A daemon on this machine, by its socket. */
  record UnixSocket(Path path) implements ServerAddress {
    @Override
    public String toString() {
      return "UnixSocket(" + path + ")";
    }
  }

  /** From inside a domain, by the kernel's device. */
  record XenBus(Path path) implements ServerAddress {
    @Override
    public String toString() {
      return "XenBus(" + path + ")";
    }
  }

  /** The daemon's socket where nothing else is said. */
  Path DEFAULT_SOCKET = Path.of("/var/run/xenstored/socket");

  /**
   * Where libxenstore would look: {@code XENSTORED_PATH}, else {@code socket} in {@code
   * XENSTORED_RUNDIR}, else the default socket. A path that is there and is neither a socket nor
   * missing is a device; without a socket the device is tried if there is one.
   */
  static ServerAddress ofEnvironment() {
    return of(System.getenv(), System.getProperty("os.name", ""), Files::exists);
  }

  /** As {@link #ofEnvironment}, of a given environment, system and set of files. */
  static ServerAddress of(Map<String, String> environment, String os, Predicate<Path> exists) {
    String path = environment.get("XENSTORED_PATH");
    String folder = environment.get("XENSTORED_RUNDIR");
    if (path != null && !path.isEmpty()) {
      return at(Path.of(path));
    }
    if (folder != null && !folder.isEmpty()) {
      return at(Path.of(folder, "socket"));
    }
    Path device = device(os, exists);
    return exists.test(DEFAULT_SOCKET) || !exists.test(device)
        ? new UnixSocket(DEFAULT_SOCKET)
        : new XenBus(device);
  }

  /** A path as libxenstore takes it: a device if it is there and no socket. */
  static ServerAddress at(Path path) {
    return isDevice(path) ? new XenBus(path) : new UnixSocket(path);
  }

  /** The device of this machine's system. */
  static XenBus xenBus() {
    return new XenBus(device(System.getProperty("os.name", ""), Files::isReadable));
  }

  /**
   * The device of a system. On Linux the one in {@code /dev} is preferred: reading and writing the
   * other one at once locks up on old kernels.
   */
  static Path device(String os, Predicate<Path> readable) {
    if (os.toLowerCase(Locale.ROOT).contains("netbsd")) {
      return Path.of("/kern/xen/xenbus");
    }
    Path preferred = Path.of("/dev/xen/xenbus");
    return readable.test(preferred) ? preferred : Path.of("/proc/xen/xenbus");
  }

  private static boolean isDevice(Path path) {
    try {
      @Nullable Object mode = Files.getAttribute(path, "unix:mode");
      return mode instanceof Integer bits && (bits & 0xf000) != 0xc000;
    } catch (java.io.IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Connects. Blocks: yes, shortly. */
  default Transport connect() {
    return switch (this) {
      case UnixSocket(var path) -> UnixSocketTransport.connect(path);
      case XenBus(var path) -> XenBusTransport.open(path);
    };
  }
}
