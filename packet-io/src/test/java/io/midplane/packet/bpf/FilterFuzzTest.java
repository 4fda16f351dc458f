package io.midplane.packet.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.midplane.calls.MidplaneException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;

/**
 * Any text is a filter, or a program, or is refused. {@code JAZZER_FUZZ=1} with {@code
 * -Dtest=FilterFuzzTest#shouldParseOrRefuse} and {@code #shouldLoadOrRefuse} searches for text that
 * is neither.
 */
@Tag("fuzz")
class FilterFuzzTest {
  private static final String WORDS =
      "ip|tcp|vlan|port|host|net|and|or|not|(|)|10|10.0.0.0/8|fe80::1|[|]|:|&|=|<<|-|len|ether|proto"
          + "|1:2:3:4:5:6|portrange|1-5|mask|\\udp|greater|0xffffffff|4294967296|src|dst";
  private static final byte[] FRAME = new byte[60];

  @FuzzTest(maxDuration = "5m")
  void shouldParseOrRefuse(byte[] input) {
    parse(new String(input, StandardCharsets.UTF_8));
  }

  @FuzzTest(maxDuration = "5m")
  void shouldLoadOrRefuse(byte[] input) {
    load(new String(input, StandardCharsets.ISO_8859_1));
  }

  @RepeatedTest(200)
  @DisplayName("20: words in any order are a filter, or are refused with the column")
  void shouldParseOrRefuseWords() {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed " + seed);
    var random = new SplittableRandom(seed);
    String[] words = WORDS.split("\\|");
    for (int i = 0; i < 50; i++) {
      var text = new StringBuilder();
      for (int k = random.nextInt(12); k > 0; k--) {
        text.append(words[random.nextInt(words.length)]).append(random.nextInt(4) > 0 ? " " : "");
      }
      parse(text.toString());
    }
  }

  @RepeatedTest(200)
  @DisplayName("17: numbers in any order are a program that ends, or are refused")
  void shouldLoadOrRefuseNumbers() {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed " + seed);
    var random = new SplittableRandom(seed);
    int[] codes = {0x28, 0x15, 0x06, 0x20, 0x30, 0xb1, 0x05, 0x04, 0x34, 0x94, 0x61, 0x02, 0x87};
    for (int i = 0; i < 50; i++) {
      int count = 1 + random.nextInt(8);
      var text = new StringBuilder().append(count);
      for (int k = 0; k < count; k++) {
        int code = k == count - 1 ? 0x06 : codes[random.nextInt(codes.length)];
        int operand = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(70);
        text.append(
            ",%d %d %d %d"
                .formatted(
                    code, random.nextInt(4), random.nextInt(4), Integer.toUnsignedLong(operand)));
      }
      load(text.toString());
    }
  }

  private static void parse(String text) {
    try {
      Filter filter = Filter.parse(text);
      run(filter.program());
      run(filter.fileProgram());
    } catch (MidplaneException e) {
      assertThat(e).hasMessageContaining("filter");
    }
  }

  private static void load(String text) {
    try {
      BpfProgram program = BpfProgram.parse(text);
      assertThat(BpfProgram.parse(program.toText())).isEqualTo(program);
      run(program);
    } catch (MidplaneException e) {
      assertThat(e).hasMessageContaining("bpf");
    }
  }

  private static void run(BpfProgram program) {
    int kept = program.run(FRAME, 0, FRAME.length, BpfFacts.ofLength(FRAME.length));
    assertThat(Integer.toUnsignedLong(kept)).isNotNegative();
  }
}
