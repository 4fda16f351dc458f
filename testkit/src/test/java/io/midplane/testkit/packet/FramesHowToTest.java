package io.midplane.testkit.packet;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.actors.Midplane;
import io.midplane.packet.PacketPort;
import io.midplane.packet.PortFilter;
import io.midplane.packet.PortOptions;
import io.midplane.packet.VirtualRouter;
import io.midplane.packet.actor.Delivery;
import io.midplane.packet.actor.PacketIo;
import io.midplane.packet.actor.PortProtocol.*;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.bpf.Filter;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.SlotPort;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.Link;
import io.midplane.packet.link.RxMode;
import io.midplane.packet.link.SendResult;
import io.midplane.packet.segment.LoopbackSegment;
import io.midplane.packet.segment.ManualClock;
import io.midplane.packet.segment.MemoryHost;
import io.midplane.packet.segment.SegmentSettings;
import io.midplane.testkit.MidplaneTest;
import io.midplane.testkit.Probes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The code of the page about frames, on the kernel's interfaces where it names some. */
@MidplaneTest
class FramesHowToTest {

  private static byte[] bytes(int type) {
    ByteBuffer bytes = ByteBuffer.allocate(60);
    bytes.putInt(-1).putShort((short) -1).putShort((short) 0x0200).putInt(1);
    return bytes.putShort((short) type).array();
  }

  @Test
  @Tag("netns")
  void shouldReceiveAndSend() {
    try (var veth = new Veth()) {
      byte[] bytes = bytes(0x88cc);
      String name = "lo";
      // snippet: open
      try (var port = PacketPort.open(name, Filter.parse("ether proto 0x88cc").program())) {
        SendResult result = port.send(Frame.of(bytes)); // SENT, TOO_LONG, LINK_DOWN, …
        Optional<Frame> frame = port.receive(Duration.ofSeconds(1)); // nothing: none in that time
        // end
        assertThat(result).isEqualTo(SendResult.SENT);
        assertThat(frame.orElseThrow().bytes()).isEqualTo(bytes);
      }
      inRouter(veth.left(), bytes);
      inBulk(veth.left());
      var inLeft = PortOptions.defaults().withVirtualRouter(veth.left());
      try (var peer = PacketPort.open("va", inLeft)) {
        var unused = peer.subscribe(BpfProgram.all(), batch -> peer.send(bytes));
        severalPorts(veth.right(), Frame.of(bytes));
      }
    }
  }

  private static void inRouter(String blue, byte[] bytes) {
    // snippet: router
    var inBlue = PortOptions.defaults().withVirtualRouter(blue);
    try (var port = PacketPort.open("va", inBlue)) {
      port.send(bytes);
    }
    List<String> names =
        VirtualRouter.of(blue).interfaces().stream().map(one -> one.name()).toList();
    // end
    assertThat(names).contains("va");
  }

  private static void inBulk(String blue) {
    BpfProgram filter = BpfProgram.all();
    var options = PortOptions.defaults().withVirtualRouter(blue);
    // snippet: bulk
    var settings = CaptureSettings.defaults().withMode(RxMode.bulk()).withRingBytes(64 << 20);
    var port = PacketPort.open("va", filter, options.withCapture(settings));
    // end
    assertThat(port.isOpen()).isTrue();
    port.close();
  }

  private static void severalPorts(String blue, Frame frame) {
    BpfProgram filter = BpfProgram.all();
    // snippet: ports
    var one = new SlotPort(1, 1);
    var two = new SlotPort(1, 2);
    var options =
        PortOptions.defaults().withVirtualRouter(blue).withSlotPorts(Map.of(one, "vb", two, "lo"));
    try (var port = PacketPort.open(Link.ANY, filter, options)) {
      port.sendTo(frame, List.of(one, two)); // all of them known, or nothing is sent
      Frame received = port.receive(Duration.ofSeconds(1)).orElseThrow();
      SlotPort from = port.address(received.meta()).slotPort();
      // end
      assertThat(from).isIn(one, two);
    }
  }

  // snippet: actor
  /** Tells how many frames there were. */
  static Behavior<Event> counter(ActorRef<Command> port, BpfProgram filter, ActorRef<Integer> to) {
    return Behaviors.setup(context -> {
      port.tell(new Subscribe(filter, Delivery.batches(), context.getSelf()));
      return Behaviors.receiveMessage(event -> {
        if (event instanceof Frames frames) {
          to.tell(frames.batch().size());
          frames.done(); // gives the credit back
        }
        return Behaviors.same();
      });
    });
  }

  // end

  @Test
  void shouldCountInAnActor(Midplane midplane, Probes probes) {
    LoopbackSegment segment = LoopbackSegment.create();
    MemoryHost host = new MemoryHost().attach("eth0", segment);
    var options = PortOptions.defaults();
    TestProbe<Integer> counts = probes.of(Integer.class);
    TestProbe<Reply> replies = probes.of(Reply.class);
    ActorRef<Command> port = PacketIo.of(midplane).spawn("eth0", host.opener("eth0"), options);
    ActorRef<Event> counter =
        midplane.spawnActor(counter(port, BpfProgram.all(), counts.getRef()), "counter");
    // snippet: actor-any
    ActorRef<Command> all = PacketIo.of(midplane).spawn("all", host.opener(Link.ANY), options);
    all.tell(new Subscribe(BpfProgram.all(), Delivery.batches().ofInterface("eth1"), counter));
    // end
    try (var peer = segment.open("peer")) {
      all.tell(new GetStatistics(replies.getRef()));
      replies.receiveMessage(Duration.ofSeconds(20));
      host.attach("eth1", segment);

      peer.send(bytes(0x88cc));

      counts.expectMessage(Duration.ofSeconds(20), 1);
      counts.expectMessage(Duration.ofSeconds(20), 1);
    }
    PortActorContract.close(replies, port, all);
  }

  @Test
  @DisplayName("18: filters, an exchange, and a segment with a clock, as on the page")
  void shouldDoWhatThePageSays() {
    BpfProgram filter = BpfProgram.all();
    Frame frame = Frame.of(bytes(0x88cc));
    // snippet: segment
    var clock = new ManualClock(0);
    var slow = SegmentSettings.defaults().withDelay(Duration.ofMillis(10)).withClock(clock);
    var segment = LoopbackSegment.create(slow);
    var agent = segment.open("agent", filter);
    var peer = segment.open("peer");
    peer.send(frame);
    clock.advance(Duration.ofMillis(10));
    // end
    assertThat(agent.isReadable()).isTrue();
    // snippet: filters
    agent.addFilter("lldp", PortFilter.copy(Filter.parse("ether proto 0x88cc").program()));
    agent.replaceFilter("lldp", PortFilter.copy(Filter.parse("arp").program()));
    agent.removeFilter("lldp");
    // end
    agent.close();
    peer.close();
    exchange(frame);
  }

  private static void exchange(Frame request) {
    LoopbackSegment segment = LoopbackSegment.create();
    try (var port = segment.open("port");
        var peer = segment.open("peer")) {
      Frame reply = Frame.of(bytes(0x0806));
      var unused = peer.subscribe(BpfProgram.all(), batch -> peer.send(reply));
      // snippet: exchange
      Frame answer =
          port.exchange(request, frame -> frame.ethertype() == 0x0806, Duration.ofSeconds(1));
      // end
      assertThat(answer.bytes()).isEqualTo(reply.bytes());
    }
  }
}
