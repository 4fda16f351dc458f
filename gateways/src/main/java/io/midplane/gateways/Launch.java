package io.midplane.gateways;

import java.util.List;
import java.util.Map;

/**
 * How a far end is begun: the program, and what is said to it before the first frame.
 *
 * @param arguments program and arguments, to be run here or by another worker
 * @param environment variables it gets besides
 * @param steps what is sent, and the byte that answers each
 * @param farSide what will run there
 * @param remote whether the program leads to another machine
 */
record Launch(
    List<String> arguments,
    Map<String, String> environment,
    List<Step> steps,
    FarSide farSide,
    boolean remote) {

  /** Bytes to send, and the answer that must come before anything else is. */
  @SuppressWarnings("ArrayRecordComponent") // large, and nobody changes them
  record Step(byte[] bytes, char answer) {}
}
