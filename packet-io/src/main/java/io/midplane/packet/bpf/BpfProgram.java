package io.midplane.packet.bpf;

import java.util.List;

/**
 * A classic BPF program that passed the kernel's own checks: every jump stays inside and goes
 * forward, every path ends in a return, scratch memory is written before it is read. What the
 * kernel would refuse is refused here, with the number of the instruction. Immutable and
 * thread-safe.
 */
public final class BpfProgram {
  /** The most instructions the kernel takes. */
  public static final int MAX_LENGTH = 4096;

  /** The programs of filters answer this for a frame they want: keep so many bytes of it. */
  public static final int KEEP_ALL = 262_144;

  private final List<BpfInstruction> instructions;
  private final BpfMachine machine;

  private BpfProgram(List<BpfInstruction> instructions) {
    this.instructions = instructions;
    this.machine = new BpfMachine(instructions);
  }

  /**
   * A program of these instructions.
   *
   * @throws BpfProgramException if the kernel would refuse it; names the instruction
   */
  public static BpfProgram of(List<BpfInstruction> instructions) {
    List<BpfInstruction> copy = List.copyOf(instructions);
    BpfVerifier.verify(copy);
    return new BpfProgram(copy);
  }

  /**
   * Reads what {@code tcpdump -ddd} prints: the number of instructions, then four decimal numbers a
   * line. Commas instead of line ends, as other tools want them, do as well.
   *
   * @throws BpfProgramException if the text is malformed or the kernel would refuse the program
   */
  public static BpfProgram parse(String text) {
    return of(BpfText.parse(text));
  }

  /** A program that wants every frame whole. */
  public static BpfProgram all() {
    return of(List.of(BpfInstruction.of(Opcode.RET, KEEP_ALL)));
  }

  /** As {@code tcpdump -ddd} would print it, with a line end behind each line. */
  public String toText() {
    return BpfText.print(instructions);
  }

  /** How many instructions there are, 1 to {@link #MAX_LENGTH}. */
  public int length() {
    return instructions.size();
  }

  /** The instructions; unmodifiable. */
  public List<BpfInstruction> instructions() {
    return instructions;
  }

  /**
   * Runs the program as the kernel would. Does not block and allocates nothing.
   *
   * @param frame holds the frame
   * @param offset where it begins
   * @param length how many of its bytes are there; loads behind them end the program with 0
   * @param facts what the kernel knows about it
   * @return how many bytes of the frame to keep, without a sign; 0 if it is not wanted
   * @throws io.midplane.calls.MidplaneException UNSUPPORTED if the program asks what only a kernel
   *     can know, such as the CPU it runs on
   */
  public int run(byte[] frame, int offset, int length, BpfFacts facts) {
    return machine.run(frame, offset, length, facts);
  }

  /** Whether the program wants a frame that has no facts beside its bytes, as in a file. */
  public boolean matches(byte[] frame) {
    return run(frame, 0, frame.length, BpfFacts.ofLength(frame.length)) != 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BpfProgram that && instructions.equals(that.instructions);
  }

  @Override
  public int hashCode() {
    return instructions.hashCode();
  }

  /** The program on one line, instructions separated by commas. */
  @Override
  public String toString() {
    return toText().strip().replace('\n', ',');
  }
}
