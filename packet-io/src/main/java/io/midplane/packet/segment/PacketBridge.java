package io.midplane.packet.segment;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.FrameSubscription;
import io.midplane.packet.PacketPort;
import io.midplane.packet.PortOptions;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.SlotPort;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureSink;
import io.midplane.packet.link.CaptureStatistics;
import io.midplane.packet.link.Link;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * A switch in this process: what comes in by one of its ports goes out by all others. An agent
 * opens a port on it to see frames of all its ports, each with the slot and port it came in by; a
 * filter that consumes keeps a frame from going out. Thread-safe.
 *
 * <p>The ports may be of Linux or in memory. They stay the caller's and are not closed with the
 * bridge. Forwarding is by flooding, on the threads of the ports' links, and never waits: what the
 * interface it goes out by has no room for is lost.
 */
public final class PacketBridge implements AutoCloseable {
  private static final int LARGEST_MTU = 65_535;
  private static final String INNER = "bridge";

  /** A port, and the cable that leads from it to the agent. */
  private record Member(PacketPort port, MemoryInterface agent, PacketPort inner) {}

  private final MemoryHost agent = new MemoryHost();
  private final Map<SlotPort, String> names = new LinkedHashMap<>();
  private final List<Member> members = new ArrayList<>();
  private final List<FrameSubscription> subscriptions = new ArrayList<>();

  private PacketBridge() {}

  /**
   * Joins ports; each is made promiscuous if it can be. Blocks: shortly.
   *
   * @param ports at least two, under the number that agents know them by
   */
  public static PacketBridge of(Map<SlotPort, PacketPort> ports) {
    if (ports.size() < 2) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT,
          "ports of the bridge: " + ports.size() + " (expected: at least 2)");
    }
    var bridge = new PacketBridge();
    try {
      ports.forEach(bridge::add);
      bridge.members.forEach(bridge::begin);
      return bridge;
    } catch (RuntimeException e) {
      bridge.close();
      throw e;
    }
  }

  private void add(SlotPort slotPort, PacketPort port) {
    String name = slotPort.toString();
    var cable = LoopbackSegment.create(SegmentSettings.defaults().withMtu(LARGEST_MTU));
    agent.attach(name, cable);
    MemoryInterface side = agent.find(name).orElseThrow();
    names.put(slotPort, name);
    members.add(new Member(port, side, cable.open(INNER)));
  }

  private void begin(Member member) {
    member.port().promiscuous(true);
    CaptureSettings settings = CaptureSettings.defaults().withPooledBatches();
    var outwards =
        new Sink(batch -> {
          var results = member.port().send(batch);
        });
    var inwards = new Sink(batch -> forward(member, batch));
    for (CompletableFuture<FrameSubscription> started :
        List.of(outwards.on(member.inner(), settings), inwards.on(member.port(), settings))) {
      subscriptions.add(joined(started));
    }
  }

  private static FrameSubscription joined(CompletableFuture<FrameSubscription> started) {
    try {
      return started.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof MidplaneException known ? known : e;
    }
  }

  private void forward(Member from, FrameBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      byte[] frame = new byte[batch.wireLength(i)];
      batch.writeWire(i, frame, 0);
      boolean consumed = from.agent().consumes(frame);
      var seen = from.inner().send(frame);
      for (Member to : members) {
        if (to != from && !consumed) {
          var sent = to.port().send(frame);
        }
      }
    }
  }

  /** Opens the agent's port, on all ports of the bridge; nothing is received without a filter. */
  public PacketPort open(PortOptions options) {
    return agent.open(Link.ANY, options.withSlotPorts(names));
  }

  /** The same, receiving copies of what the program wants. */
  public PacketPort open(BpfProgram filter, PortOptions options) {
    return agent.open(Link.ANY, filter, options.withSlotPorts(names));
  }

  /** Forwards no more. The ports stay open. Blocks: yes, shortly. */
  @Override
  public void close() {
    subscriptions.forEach(FrameSubscription::close);
    for (Member member : members) {
      member.inner().close();
      if (member.port().isOpen()) {
        member.port().promiscuous(false);
      }
    }
  }

  /** Deals with batches at once. */
  private static final class Sink implements CaptureSink {
    private final Consumer<FrameBatch> action;
    private final CompletableFuture<FrameSubscription> subscription = new CompletableFuture<>();

    Sink(Consumer<FrameBatch> action) {
      this.action = action;
    }

    CompletableFuture<FrameSubscription> on(PacketPort port, CaptureSettings settings) {
      return port.subscribe(BpfProgram.all(), settings, this)
          .whenComplete((started, failure) -> {
            if (failure == null) {
              subscription.complete(started);
            }
          });
    }

    @Override
    public void frames(FrameBatch batch, long number) {
      action.accept(batch);
      var unused = subscription.thenAccept(started -> started.acknowledge(number));
    }

    @Override
    public void drops(long more, long total) {
      // The counters of the port say it.
    }

    @Override
    public void closed(CaptureStatistics statistics) {
      // The bridge closes it, or the port went.
    }
  }
}
