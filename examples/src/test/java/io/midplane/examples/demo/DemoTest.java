package io.midplane.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.examples.ProgramOutput;
import io.midplane.node.Main;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTest {

  @Test
  void shouldEndWithDemoOk() throws Exception {
    String output = ProgramOutput.of(Main.class, "demo");

    assertThat(output.lines().toList())
        .contains(
            "    event at /vm/web/state",
            "    /vm/web/state is running",
            "    | {\"gateway\":\"gw0\",\"item\":42}")
        .anyMatch(line ->
            line.contains("the agent forgot it: lldp_neighbor has 0 rows")
                || line.contains("lldp_neighbor:") && line.contains("leaf-1"))
        .last()
        .isEqualTo("demo: ok");
  }

  @Test
  void shouldShowLldpWithoutLldpdToo() throws Exception {
    List<String> lines = new ArrayList<>();

    assertThat(DemoLldp.run(lines::add)).isEqualTo("leaf-1");

    assertThat(lines).singleElement().asString().startsWith("lldp_neighbor: ");
  }
}
