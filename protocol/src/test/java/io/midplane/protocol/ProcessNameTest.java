package io.midplane.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "Z", "vlan", "vlan_2", "A123456789012345678901234567890"})
  @DisplayName("R1: a letter and up to 30 letters, digits or underscores")
  void shouldAccept(String name) {
    assertThat(ProcessName.check(name, "agent name")).isSameAs(name);
    assertThat(ProcessName.isValid(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1a",
        "_a",
        "a-b",
        "a b",
        "a.b",
        "ä",
        "aé",
        "a\n",
        "a/..",
        "A1234567890123456789012345678901"
      })
  @DisplayName("R1: another name is refused with a message that names the rule")
  void shouldRefuse(String name) {
    assertThat(ProcessName.isValid(name)).isFalse();
    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> ProcessName.check(name, "agent name"))
        .withMessage(
            "agent name: '"
                + name
                + "' (expected: a letter, then at most 30 letters, digits or '_')")
        .extracting(MidplaneException::code)
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }
}
