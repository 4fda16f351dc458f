package io.midplane.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.TestProbe;
import io.midplane.actors.Event;
import io.midplane.actors.EventId;
import io.midplane.actors.Midplane;
import io.midplane.cm.Configuration;
import io.midplane.protocol.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

// snippet: test
@MidplaneTest
class VlanAgentTest {

  @Test
  void shouldRefuseAnUnknownPort(Midplane midplane, Probes probes) {
    midplane.spawn(new VlanAgent(), "vlan");
    var config = Configuration.of(midplane);
    TestProbe<Event> changes = probes.of(Event.class, "changes");
    midplane.events().subscribe(EventId.parse("cm.vlan"), changes.getRef());

    config.set("vlan", Row.of("name", "blue", "id", 7));

    assertThat(changes.receiveMessage().data().text("name")).isEqualTo("blue");
    assertThatThrownBy(() -> config.set("vlan", Row.of("name", "blue", "ports", List.of("eth0"))))
        .hasMessage("port eth0: not SLOT:PORT");
    assertThat(config.get("vlan", "blue").list("ports")).isEmpty();
  }
}
// end
