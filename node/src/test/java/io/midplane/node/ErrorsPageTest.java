package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.calls.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/reference/errors.md} has every code with its category and exit status. */
class ErrorsPageTest {
  private static final Pattern LINE =
      Pattern.compile("\\| ([A-Z_]+) \\| ([A-Z]+) \\| .* \\| (\\d) \\|");

  @Test
  void shouldListEveryCodeWithItsCategoryAndExitStatus() throws IOException {
    Path page = Path.of(System.getProperty("midplane.root", ".."), "docs/reference/errors.md");
    List<String> listed =
        Files.readAllLines(page).stream()
            .map(LINE::matcher)
            .filter(line -> line.matches())
            .map(line -> line.group(1) + " " + line.group(2) + " " + line.group(3))
            .toList();

    assertThat(listed)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ErrorCode.values())
                .map(code -> code + " " + code.category() + " " + ExitStatus.of(code))
                .toList());
  }
}
