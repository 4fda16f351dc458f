package io.midplane.packet.bpf;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;

/** A program that the kernel would refuse, or text that is none; the code is INVALID_ARGUMENT. */
public final class BpfProgramException extends MidplaneException {
  private static final long serialVersionUID = 1L;

  private final int instruction;

  BpfProgramException(int instruction, String problem) {
    super(
        ErrorCode.INVALID_ARGUMENT,
        instruction < 0
            ? "bpf program: " + problem
            : "bpf instruction " + instruction + ": " + problem);
    this.instruction = instruction;
  }

  /** The number of the instruction at fault, from 0, or -1 if it is the whole program. */
  public int instruction() {
    return instruction;
  }
}
