package io.midplane.packet.linux;

import io.midplane.packet.frame.PacketIoError;
import io.midplane.packet.frame.PacketIoError.Kind;
import io.midplane.packet.frame.PacketIoException;

/** Says what failed, and what to do about it. */
final class Failures {
  private static final String REMEDIES =
      "Run with AmbientCapabilities=%s (systemd), setpriv --ambient-caps %s, or inside"
          + " 'unshare -Urn'. Do not setcap the java binary.";

  private Failures() {}

  /**
   * A call of the system failed.
   *
   * @param operation such as {@code socket(AF_PACKET)}
   * @param result what it returned: a negative errno
   */
  static PacketIoException of(String interfaceName, String operation, long result) {
    int errno = (int) -result;
    Kind kind = kind(errno);
    return new PacketIoException(
        new PacketIoError(kind, interfaceName, operation, errno),
        "cannot open "
            + interfaceName
            + ": "
            + operation
            + " failed: "
            + Errno.text(errno)
            + "; "
            + advice(kind));
  }

  private static Kind kind(int errno) {
    return switch (errno) {
      case Errno.EPERM, Errno.EACCES -> Kind.NOT_PERMITTED;
      case Errno.ENODEV, Errno.ENXIO -> Kind.NO_SUCH_INTERFACE;
      case Errno.ENOMEM, Errno.ENOBUFS -> Kind.NO_MEMORY;
      default -> Kind.FAILED;
    };
  }

  private static String advice(Kind kind) {
    return switch (kind) {
      case NOT_PERMITTED ->
          "the process lacks CAP_NET_RAW. " + REMEDIES.formatted("CAP_NET_RAW", "+net_raw");
      case NO_SUCH_INTERFACE -> "'midplane packet interfaces' lists what there is";
      case NO_MEMORY -> "ask for a smaller ring (CaptureSettings.withRingBytes)";
      case NO_SUCH_ROUTER,
          NATIVE_ACCESS_DENIED,
          INTERFACE_GONE,
          FILTER_REFUSED,
          UNSUPPORTED,
          FAILED ->
          "see packet(7)";
    };
  }

  /** There is no interface of that name. */
  static PacketIoException noSuchInterface(String name, String router) {
    String where = router.isEmpty() ? "" : " in the virtual router " + router;
    return new PacketIoException(
        new PacketIoError(Kind.NO_SUCH_INTERFACE, name, "RTM_GETLINK", Errno.ENODEV),
        "cannot open "
            + name
            + ": no such interface"
            + where
            + ": "
            + Errno.text(Errno.ENODEV)
            + "; "
            + advice(Kind.NO_SUCH_INTERFACE));
  }

  /** The namespace of a virtual router cannot be entered. */
  static PacketIoException router(String router, String operation, long result) {
    int errno = (int) -result;
    boolean missing = errno == Errno.ENOENT;
    return new PacketIoException(
        new PacketIoError(missing ? Kind.NO_SUCH_ROUTER : Kind.NOT_PERMITTED, "", operation, errno),
        "virtual router: "
            + router
            + ": "
            + operation
            + " failed: "
            + Errno.text(errno)
            + "; "
            + (missing
                ? "'ip netns list' shows the namespaces there are, 'ip netns add' makes one"
                : "entering a namespace takes CAP_SYS_ADMIN. "
                    + REMEDIES.formatted("CAP_SYS_ADMIN", "+sys_admin")));
  }

  /** The JVM does not allow calls into the C library. */
  static PacketIoException nativeAccess(Throwable cause) {
    String module = Failures.class.getModule().getName();
    return new PacketIoException(
        new PacketIoError(Kind.NATIVE_ACCESS_DENIED, "", "", 0),
        "native access is denied to packet-io; start java with --enable-native-access="
            + (module == null ? "ALL-UNNAMED" : module),
        cause);
  }

  /** The interface was removed. */
  static PacketIoException gone(String name) {
    return new PacketIoException(
        new PacketIoError(Kind.INTERFACE_GONE, name, "", 0),
        name + ": the port is closed, or its interface was removed; open it anew");
  }
}
