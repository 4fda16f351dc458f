package io.midplane.packet.bpf;

/**
 * One instruction of a classic BPF program, in the fields of the kernel's {@code sock_filter}.
 *
 * @param code operation, 16 bits
 * @param jumpTrue how many instructions to skip if the condition holds, 0 to 255
 * @param jumpFalse how many to skip if it does not, 0 to 255
 * @param operand a constant, an offset or a distance: 32 bits without a sign
 */
public record BpfInstruction(int code, int jumpTrue, int jumpFalse, int operand) {

  /** An instruction that does not jump by its own condition. */
  static BpfInstruction of(int code, int operand) {
    return new BpfInstruction(code, 0, 0, operand);
  }

  /** As a line of {@code tcpdump -ddd}: four decimal numbers. */
  @Override
  public String toString() {
    return code + " " + jumpTrue + " " + jumpFalse + " " + Integer.toUnsignedString(operand);
  }
}
