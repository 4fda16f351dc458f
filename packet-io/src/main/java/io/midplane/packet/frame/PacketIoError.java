package io.midplane.packet.frame;

/**
 * What failed about an interface, as facts. Immutable.
 *
 * @param kind what it comes down to
 * @param interfaceName the interface; empty if it was about none
 * @param operation the call to the system that failed, such as {@code socket(AF_PACKET)}; empty if
 *     none was made
 * @param errno the system's number for it; 0 if there is none
 */
public record PacketIoError(Kind kind, String interfaceName, String operation, int errno) {

  /** Kinds of failure. */
  public enum Kind {
    /** There is no such interface. */
    NO_SUCH_INTERFACE,
    /** There is no such virtual router. */
    NO_SUCH_ROUTER,
    /** The process lacks the privilege. */
    NOT_PERMITTED,
    /** The JVM was not told to allow native access. */
    NATIVE_ACCESS_DENIED,
    /** The interface was removed while it was in use. */
    INTERFACE_GONE,
    /** The kernel refused the filter. */
    FILTER_REFUSED,
    /** The kernel has no memory for the ring. */
    NO_MEMORY,
    /** This machine or this link does not offer it. */
    UNSUPPORTED,
    /** Anything else. */
    FAILED
  }
}
