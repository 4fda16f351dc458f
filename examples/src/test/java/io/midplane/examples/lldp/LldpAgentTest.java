package io.midplane.examples.lldp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.TestProbe;
import io.midplane.actors.Event;
import io.midplane.actors.EventId;
import io.midplane.actors.Midplane;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.Configuration;
import io.midplane.packet.PacketPort;
import io.midplane.packet.bpf.Filter;
import io.midplane.packet.codec.Ethernet;
import io.midplane.packet.codec.Lldp;
import io.midplane.packet.codec.LldpTlv;
import io.midplane.packet.codec.LldpTlv.ChassisId;
import io.midplane.packet.codec.LldpTlv.PortDescription;
import io.midplane.packet.codec.LldpTlv.PortId;
import io.midplane.packet.codec.LldpTlv.PortVlan;
import io.midplane.packet.codec.LldpTlv.SystemName;
import io.midplane.packet.codec.LldpTlv.Ttl;
import io.midplane.packet.codec.Octets;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.segment.LoopbackSegment;
import io.midplane.protocol.Row;
import io.midplane.testkit.MidplaneTest;
import io.midplane.testkit.Probes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@MidplaneTest
class LldpAgentTest {
  private static final MacAddress HERE = MacAddress.of("02:00:00:00:00:01");
  private static final MacAddress THERE = MacAddress.of("02:00:00:00:00:02");
  private static final Duration LONG = Duration.ofSeconds(20);

  private final LoopbackSegment segment = LoopbackSegment.create();
  private final PacketPort other = segment.open("other", Filter.ethertype(Ethernet.LLDP).program());

  @AfterEach
  void closeTheOtherSide() {
    other.close();
  }

  private LldpAgent agent() {
    return new LldpAgent(
        LldpIdentity.of("midplane"),
        name -> CompletableFuture.completedStage(new LldpLink(segment.open(name), HERE)));
  }

  private Configuration begin(Midplane midplane) {
    midplane.spawn(agent(), "lldp");
    var config = Configuration.of(midplane);
    config.set("lldp_port", Row.of("name", "swp1", "interval", 1));
    return config;
  }

  private Lldp heard() {
    return Lldp.decode(Ethernet.decode(other.receive(LONG).orElseThrow()).payload());
  }

  private void say(int ttl, LldpTlv... more) {
    var message = new Lldp(ChassisId.of(THERE), PortId.of("eth7"), new Ttl(ttl), List.of(more));
    var frame =
        new Ethernet(Lldp.NEAREST_BRIDGE, THERE, Ethernet.LLDP, Octets.of(message.encode()));
    other.send(frame.encode());
  }

  private static TestProbe<Event> listen(Midplane midplane, Probes probes) {
    TestProbe<Event> listener = probes.of(Event.class);
    midplane.events().subscribe(EventId.of("lldp", "neighbor"), listener.getRef());
    return listener;
  }

  @Test
  void shouldSayWhoItIsAgainAndAgain(Midplane midplane) {
    begin(midplane);

    Lldp first = heard();
    Lldp second = heard();

    assertThat(first.chassis().text()).isEqualTo("midplane");
    assertThat(first.port().text()).isEqualTo("swp1");
    assertThat(first.ttl().seconds()).isEqualTo(4);
    assertThat(first.first(SystemName.class)).contains(SystemName.of("midplane"));
    assertThat(second).isEqualTo(first);
  }

  @Test
  void shouldKnowChangeAndForgetNeighbors(Midplane midplane, Probes probes) {
    TestProbe<Event> listener = listen(midplane, probes);
    Configuration config = begin(midplane);
    heard();

    say(100, SystemName.of("peer"), PortDescription.of("uplink"), new PortVlan(7));
    assertThat(listener.receiveMessage(LONG).id())
        .isEqualTo(EventId.of("lldp", "neighbor", "added"));
    assertThat(config.get("lldp_neighbor", "swp1", THERE.toString(), "eth7"))
        .isEqualTo(
            Row.of(
                "port",
                "swp1",
                "chassis",
                THERE.toString(),
                "neighborPort",
                "eth7",
                "systemName",
                "peer",
                "portDescription",
                "uplink",
                "management",
                "",
                "vlan",
                7,
                "ttl",
                100));
    say(100, SystemName.of("renamed"));
    assertThat(listener.receiveMessage(LONG).id())
        .isEqualTo(EventId.of("lldp", "neighbor", "changed"));
    say(0);

    assertThat(listener.receiveMessage(LONG).id())
        .isEqualTo(EventId.of("lldp", "neighbor", "removed"));
    assertThatThrownBy(() -> config.get("lldp_neighbor", "swp1", THERE.toString(), "eth7"))
        .isInstanceOf(MidplaneException.class);
  }

  @Test
  void shouldForgetWhoFallsSilent(Midplane midplane, Probes probes) {
    TestProbe<Event> listener = listen(midplane, probes);
    begin(midplane);
    heard();

    say(1);

    assertThat(listener.receiveMessage(LONG).id())
        .isEqualTo(EventId.of("lldp", "neighbor", "added"));
    assertThat(listener.receiveMessage(LONG).id())
        .isEqualTo(EventId.of("lldp", "neighbor", "removed"));
  }

  @Test
  void shouldTakeBackWhatItSaidWhenAPortIsRemoved(Midplane midplane, Probes probes) {
    TestProbe<Event> listener = listen(midplane, probes);
    Configuration config = begin(midplane);
    heard();
    say(100);
    listener.receiveMessage(LONG);

    config.op("lldp_port", "delete", Row.of("name", "swp1"));

    Lldp last = heard();
    while (!last.isShutdown()) {
      last = heard();
    }
    assertThat(listener.receiveMessage(LONG).id())
        .isEqualTo(EventId.of("lldp", "neighbor", "removed"));
  }

  @Test
  void shouldPassOverWhatIsNoMessage(Midplane midplane, Probes probes) {
    TestProbe<Event> listener = listen(midplane, probes);
    begin(midplane);
    heard();

    other.send(
        new Ethernet(Lldp.NEAREST_BRIDGE, THERE, Ethernet.LLDP, Octets.ofHex("ffff")).encode());
    say(100, SystemName.of("peer"));

    assertThat(listener.receiveMessage(LONG).data().get("systemName")).isEqualTo("peer");
  }

  @Test
  void shouldRefuseToBeToldItsNeighbors(Midplane midplane) {
    Configuration config = begin(midplane);

    assertThatThrownBy(() ->
            config.set("lldp_neighbor", Row.of("port", "a", "chassis", "b", "neighborPort", "c")))
        .isInstanceOf(MidplaneException.class);
    assertThatThrownBy(() -> config.set("lldp_port", Row.of("name", "x", "interval", 0)))
        .hasMessageContaining("1 to 3600");
  }
}
