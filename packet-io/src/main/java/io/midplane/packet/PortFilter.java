package io.midplane.packet;

import io.midplane.packet.bpf.BpfProgram;

/**
 * Which frames a port wants, and what is to become of them otherwise. Immutable.
 *
 * @param program says which
 * @param action whether others get them too
 * @param direction which way they go
 */
public record PortFilter(BpfProgram program, Action action, Direction direction) {

  /** Whether others get a frame too. */
  public enum Action {
    /** The port gets a copy; the frame goes on its way as if nobody looked. */
    UP_AND_CONTINUE,
    /** The port gets the frame and nobody else; only where Midplane itself forwards. */
    CONSUME
  }

  /** Which way a frame goes. */
  public enum Direction {
    /** Into this machine. */
    INGRESS,
    /** Out of it; takes a port that {@code includesOutgoing}. */
    EGRESS
  }

  /** Copies of what comes in. */
  public static PortFilter copy(BpfProgram program) {
    return new PortFilter(program, Action.UP_AND_CONTINUE, Direction.INGRESS);
  }

  /** What comes in, for the port alone. */
  public static PortFilter consume(BpfProgram program) {
    return new PortFilter(program, Action.CONSUME, Direction.INGRESS);
  }

  /** Copies of what goes out. */
  public static PortFilter outgoing(BpfProgram program) {
    return new PortFilter(program, Action.UP_AND_CONTINUE, Direction.EGRESS);
  }
}
