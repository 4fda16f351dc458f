package io.midplane.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.examples.ProgramOutput;
import org.junit.jupiter.api.Test;

class EmbeddingTest {

  @Test
  void shouldPrintTheRowThatWasSet() throws Exception {
    String output = ProgramOutput.of(Embedding.class);

    assertThat(output).contains("{name=blue, id=7, ports=[], description=}");
  }
}
