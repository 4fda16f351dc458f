package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextObjectsTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
  private final PrintStream text = TextObjects.to(out);

  @Test
  void shouldPrintAnObjectForEachLineThatHasEnded() {
    text.print("1. A \"node\"\n\n  größer");
    text.println(" …");
    text.print("not ended");
    text.flush();

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"line":"1. A \\"node\\""}
            {"line":""}
            {"line":"  größer …"}
            """);
  }
}
