package io.midplane.packet.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.midplane.calls.ErrorCode;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BpfProgramTest {
  private static final String LLDP = "4\n40 0 0 12\n21 0 1 35020\n6 0 0 262144\n6 0 0 0\n";

  @Test
  @DisplayName("17: text of tcpdump -ddd is read and printed")
  void shouldReadAndPrintTheTextOfTcpdump() {
    BpfProgram program = BpfProgram.parse(LLDP);

    byte[] lldp = new byte[60];
    lldp[12] = (byte) 0x88;
    lldp[13] = (byte) 0xcc;
    assertThat(program.matches(lldp)).isTrue();
    assertThat(program.matches(new byte[60])).isFalse();
    assertThat(program.toText()).isEqualTo(LLDP);
    assertThat(BpfProgram.parse(program.toString())).isEqualTo(program);
  }

  @ParameterizedTest
  @DisplayName("17: a bad program is refused with the number of the instruction")
  @CsvSource(
      delimiter = '|',
      value = {
        "2,21 0 1 0,6 0 0 0 | 0 | jump over 1 instructions",
        "2,5 0 0 4294967295,6 0 0 0 | 0 | jump over 4294967295 instructions",
        "1,40 0 0 12 | 0 | is the last",
        "2,98 0 0 0,6 0 0 0 | 0 | code: 98",
        "2,52 0 0 0,6 0 0 0 | 0 | divisor: 0",
        "2,100 0 0 32,6 0 0 0 | 0 | shift: 32",
        "2,2 0 0 16,6 0 0 0 | 0 | memory word: 16",
        "2,96 0 0 3,6 0 0 0 | 0 | memory word 3 is read",
        "4,21 0 1 0,2 0 0 1,96 0 0 1,6 0 0 0 | 2 | memory word 1 is read",
        "2,32 0 0 4294963521,6 0 0 0 | 0 | is no ancillary",
        "1,14 0 0 0 | 0 | code: 14",
        "2,40 0 0 12 | -1 | 2 instructions announced, 1 there",
        "1,40 0 12 | 0 | four decimal numbers",
        "1,6 0 256 0 | 0 | jump if false",
        "1,6 0 0 4294967296 | 0 | operand",
        "x | -1 | number of instructions",
        "4097 | -1 | number of instructions"
      })
  void shouldNameTheInstructionAtFault(String text, int instruction, String problem) {
    var refused = catchThrowableOfType(BpfProgramException.class, () -> BpfProgram.parse(text));

    assertThat(refused.instruction()).isEqualTo(instruction);
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(refused).hasMessageContaining(problem);
  }

  @Test
  @DisplayName("17: over 4,096 instructions are refused")
  void shouldRefuseWhatIsLongerThanTheKernelTakes() {
    var end = new BpfInstruction(Opcode.RET, 0, 0, 0);

    assertThat(BpfProgram.of(Collections.nCopies(4096, end)).length()).isEqualTo(4096);
    assertThatThrownBy(() -> BpfProgram.of(Collections.nCopies(4097, end)))
        .hasMessageContaining("4097 instructions (expected: 1 to 4096)");
    assertThatThrownBy(() -> BpfProgram.of(List.of())).isInstanceOf(BpfProgramException.class);
  }

  @Test
  @DisplayName("16: facts beside the bytes are seen by ancillary loads")
  void shouldAskForFacts() {
    byte[] frame = new byte[60];
    BpfFacts facts = new BpfFacts(60, 4, 7, false, 0, 0).withTag(0x88a8, 0xa00c);

    assertThat(ancillary(Opcode.ANCILLARY_VLAN_PRESENT).run(frame, 0, 60, facts)).isEqualTo(1);
    assertThat(ancillary(Opcode.ANCILLARY_VLAN_TCI).run(frame, 0, 60, facts)).isEqualTo(0xa00c);
    assertThat(ancillary(Opcode.ANCILLARY_VLAN_TPID).run(frame, 0, 60, facts)).isEqualTo(0x88a8);
    assertThat(ancillary(Opcode.ANCILLARY_IFINDEX).run(frame, 0, 60, facts)).isEqualTo(7);
    assertThat(ancillary(Opcode.ANCILLARY_PACKET_TYPE).run(frame, 0, 60, facts)).isEqualTo(4);
    assertThatThrownBy(() -> ancillary(Opcode.ANCILLARY + 36).run(frame, 0, 60, facts))
        .hasMessageContaining("0xfffff024 can be known by a kernel only");
  }

  private static BpfProgram ancillary(int offset) {
    return BpfProgram.of(
        List.of(
            BpfInstruction.of(Opcode.LD | Opcode.W | Opcode.ABS, offset),
            BpfInstruction.of(Opcode.RET | Opcode.A, 0)));
  }
}
