package io.midplane.examples.vlan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.TestProbe;
import io.midplane.actors.Event;
import io.midplane.actors.EventId;
import io.midplane.actors.Midplane;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.Configuration;
import io.midplane.protocol.Row;
import io.midplane.testkit.MidplaneTest;
import io.midplane.testkit.Probes;
import java.util.List;
import org.junit.jupiter.api.Test;

// snippet: testkit
@MidplaneTest
class VlanAgentTest {

  @Test
  void shouldRefuseAnIdThatIsTaken(Midplane midplane) {
    midplane.spawn(new VlanAgent(), "vlan");
    var config = Configuration.of(midplane);
    config.set("vlan", Row.of("name", "blue", "id", 7));

    assertThatThrownBy(() -> config.set("vlan", Row.of("name", "green", "id", 7)))
        .hasMessage("id 7 is taken by vlan blue; choose another");
  }

  @Test
  void shouldTellTheBusWhatChanged(Midplane midplane, Probes probes) {
    midplane.spawn(new VlanAgent(), "vlan");
    TestProbe<Event> listener = probes.of(Event.class);
    midplane.events().subscribe(EventId.of("cm", "vlan"), listener.getRef());

    Configuration.of(midplane).set("vlan", Row.of("name", "blue", "id", 7));

    assertThat(listener.receiveMessage().id()).isEqualTo(EventId.of("cm", "vlan", "set"));
  }

  // end

  @Test
  void shouldCreateChangeAndDelete(Midplane midplane) {
    midplane.spawn(new VlanAgent(), "vlan");
    var config = Configuration.of(midplane);

    config.set("vlan", Row.of("name", "blue", "id", 7));
    config.set("vlan", Row.of("name", "blue", "ports", List.of("1:1", "1:2")));

    assertThat(config.get("vlan", "blue"))
        .isEqualTo(
            Row.of("name", "blue", "id", 7, "ports", List.of("1:1", "1:2"), "description", ""));
    config.op("vlan", "delete", Row.of("name", "blue"));
    assertThatThrownBy(() -> config.get("vlan", "blue")).isInstanceOf(MidplaneException.class);
  }

  @Test
  void shouldKeepTheIdOfAVlanThatIsSetAgain(Midplane midplane) {
    midplane.spawn(new VlanAgent(), "vlan");
    var config = Configuration.of(midplane);

    config.set("vlan", Row.of("name", "blue", "id", 7));
    config.set("vlan", Row.of("name", "blue", "id", 7, "description", "again"));

    assertThat(config.get("vlan", "blue").text("description")).isEqualTo("again");
  }
}
