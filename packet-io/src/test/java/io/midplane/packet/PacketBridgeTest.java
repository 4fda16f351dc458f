package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.SlotPort;
import io.midplane.packet.segment.LoopbackSegment;
import io.midplane.packet.segment.PacketBridge;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ports that Midplane forwards between, with the kernel's own stack at both ends. */
class PacketBridgeTest {
  private static final SlotPort FIRST = new SlotPort(1, 1);
  private static final SlotPort SECOND = new SlotPort(1, 2);
  private static final int ARP = 0x0806;

  private static String state(Namespaces namespaces, String namespace) {
    return namespaces.ip(namespace, "neigh", "show", "10.9.8.2");
  }

  /** Has the kernel look for the neighbour; bash's datagram goes nowhere. */
  private static void look(Namespaces namespaces, String namespace) {
    String flushed = namespaces.ip(namespace, "neigh", "flush", "all");
    String sent = namespaces.exec(namespace, "bash", "-c", "echo > /dev/udp/10.9.8.2/9");
    assertThat(flushed + sent).isBlank();
  }

  @Test
  @Tag("netns")
  @DisplayName("P3: kernels meet through a bridge; what an agent consumes does not cross it")
  void shouldForwardUnlessConsumed() {
    try (var namespaces = new Namespaces()) {
      String left = namespaces.add("l");
      String middle = namespaces.add("m");
      String right = namespaces.add("r");
      namespaces.cable(left, "va", middle, "pa", 1500);
      namespaces.cable(right, "vb", middle, "pb", 1500);
      String address = namespaces.ip(left, "addr", "add", "10.9.8.1/24", "dev", "va");
      address += namespaces.ip(right, "addr", "add", "10.9.8.2/24", "dev", "vb");
      assertThat(address).isBlank();
      PortOptions options = PortOptions.defaults().withVirtualRouter(middle);
      try (var first = PacketPort.open("pa", options);
          var second = PacketPort.open("pb", options);
          var bridge = PacketBridge.of(Map.of(FIRST, first, SECOND, second));
          var agent = bridge.open(PortOptions.defaults())) {
        agent.addFilter("arp", PortFilter.copy(Frames.type(ARP)));

        look(namespaces, left);

        Awaitility.await()
            .atMost(PortContract.LONG)
            .until(() -> state(namespaces, left).contains("REACHABLE"));
        Frame request = PortContract.next(agent);
        assertThat(agent.address(request.meta()).slotPort()).isEqualTo(FIRST);
        Frame answer = PortContract.next(agent);
        assertThat(agent.address(answer.meta()).slotPort()).isEqualTo(SECOND);

        agent.removeFilter("arp");
        agent.addFilter("arp", PortFilter.consume(Frames.type(ARP)));
        look(namespaces, left);

        assertThat(agent.address(PortContract.next(agent).meta()).slotPort()).isEqualTo(FIRST);
        Awaitility.await()
            .atMost(PortContract.LONG)
            .until(() -> state(namespaces, left).contains("FAILED"));
      }
    }
  }

  @Test
  @DisplayName("P4: an agent on a bridge sends out of the ports it names")
  void shouldSendByPort() {
    var one = LoopbackSegment.create();
    var two = LoopbackSegment.create();
    try (var first = one.open("bridge");
        var second = two.open("bridge");
        var beyondFirst = one.open("host", BpfProgram.all());
        var beyondSecond = two.open("host", BpfProgram.all());
        var bridge = PacketBridge.of(Map.of(FIRST, first, SECOND, second));
        var agent = bridge.open(PortOptions.defaults())) {
      agent.sendTo(Frames.numbered(1, 64), List.of(SECOND));

      assertThat(Frames.number(PortContract.next(beyondSecond))).isEqualTo(1);
      beyondFirst.send(Frames.numbered(2, 64));
      assertThat(Frames.number(PortContract.next(beyondSecond))).isEqualTo(2);
      assertThat(beyondFirst.isReadable()).isFalse();
    }
  }

  @Test
  @DisplayName("P3: a bridge takes two ports at least")
  void shouldRefuseALonePort() {
    try (var alone = LoopbackSegment.create().open("alone")) {
      assertThatThrownBy(() -> PacketBridge.of(Map.of(FIRST, alone)))
          .isInstanceOf(MidplaneException.class)
          .hasMessageContaining("at least 2");
    }
  }
}
