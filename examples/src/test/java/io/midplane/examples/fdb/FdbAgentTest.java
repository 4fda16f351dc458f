package io.midplane.examples.fdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.actors.AgentHandle;
import io.midplane.actors.Midplane;
import io.midplane.actors.ProcessState;
import io.midplane.cm.Configuration;
import io.midplane.examples.vlan.VlanAgent;
import io.midplane.protocol.Row;
import io.midplane.testkit.MidplaneTest;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@MidplaneTest
class FdbAgentTest {

  private static final Row ENTRY =
      Row.of("mac", "00:04:96:1e:32:80", "vlan", "blue", "port", "1:1");

  @Test
  void shouldLoadAfterTheAgentItDependsOn(Midplane midplane) {
    AgentHandle fdb = midplane.launch(FdbAgent::new, "fdb");
    Awaitility.await().until(() -> fdb.status().detail().contains("vlan"));
    assertThat(fdb.state()).isEqualTo(ProcessState.LOADCFG);

    midplane.spawn(new VlanAgent(), "vlan");

    fdb.awaitReady(Duration.ofSeconds(10));
    assertThat(fdb.state()).isEqualTo(ProcessState.READY);
  }

  @Test
  void shouldAskTheOtherAgentWhileItHandlesASet(Midplane midplane) {
    midplane.spawn(new VlanAgent(), "vlan");
    midplane.spawn(new FdbAgent(), "fdb");
    var config = Configuration.of(midplane);

    assertThatThrownBy(() -> config.set("fdb", ENTRY))
        .hasMessage("vlan blue does not exist; create it first");
    config.set("vlan", Row.of("name", "blue", "id", 7));
    config.set("fdb", ENTRY);

    assertThat(config.get("fdb", "00:04:96:1e:32:80")).isEqualTo(ENTRY);
  }
}
