package io.midplane.packet.bpf;

import java.util.ArrayList;
import java.util.List;

/** Programs as {@code tcpdump -ddd} prints them. */
final class BpfText {
  private static final int SHOWN = 60;

  private BpfText() {}

  static String print(List<BpfInstruction> instructions) {
    StringBuilder text = new StringBuilder().append(instructions.size()).append('\n');
    instructions.forEach(instruction -> text.append(instruction).append('\n'));
    return text.toString();
  }

  static List<BpfInstruction> parse(String text) {
    String[] lines = text.strip().split("\\s*[\\n,]\\s*", BpfProgram.MAX_LENGTH + 2);
    int announced =
        (int) number(lines[0].strip(), -1, "number of instructions", BpfProgram.MAX_LENGTH);
    if (announced != lines.length - 1) {
      throw new BpfProgramException(
          -1,
          "%d instructions announced, %s%d there (expected: as many as announced)"
              .formatted(
                  announced,
                  lines.length > BpfProgram.MAX_LENGTH ? "over " : "",
                  lines.length - 1));
    }
    List<BpfInstruction> instructions = new ArrayList<>(announced);
    for (int at = 1; at < lines.length; at++) {
      instructions.add(instruction(lines[at], at - 1));
    }
    return instructions;
  }

  private static BpfInstruction instruction(String line, int at) {
    String[] fields = line.split("\\s+", 5);
    if (fields.length != 4) {
      throw new BpfProgramException(
          at, "\"" + shown(line) + "\" (expected: four decimal numbers, as tcpdump -ddd prints)");
    }
    return new BpfInstruction(
        (int) number(fields[0], at, "code", 0xffff),
        (int) number(fields[1], at, "jump if true", 0xff),
        (int) number(fields[2], at, "jump if false", 0xff),
        (int) number(fields[3], at, "operand", 0xffffffffL));
  }

  private static long number(String text, int at, String name, long most) {
    long value = 0;
    boolean valid = !text.isEmpty() && text.length() <= 10;
    for (int i = 0; valid && i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      valid = digit >= 0 && digit <= 9;
      value = value * 10 + digit;
    }
    if (!valid || value > most) {
      throw new BpfProgramException(
          at, name + ": \"" + shown(text) + "\" (expected: a decimal number up to " + most + ")");
    }
    return value;
  }

  private static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
