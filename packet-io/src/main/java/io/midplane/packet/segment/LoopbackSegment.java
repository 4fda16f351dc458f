package io.midplane.packet.segment;

import io.midplane.packet.PacketPort;
import io.midplane.packet.PortOptions;
import io.midplane.packet.bpf.BpfProgram;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A link in memory: what one of its ports sends, all others get.
 *
 * {@snippet :
 * var segment = LoopbackSegment.create();
 * var left = segment.open("left", filter);
 * var right = segment.open("right", filter);
 * left.send(Frame.of(bytes));
 * right.receive(Duration.ofSeconds(1));
 * }
 *
 * <p>Its ports are {@link PacketPort}s with the same filters, credits, counters and errors as those
 * of Linux; it has no thread: who sends runs what receiving takes. A filter that consumes keeps a
 * frame from all other ports. Thread-safe.
 */
public final class LoopbackSegment {
  private final SegmentSettings settings;
  private final Random luck;
  private final List<MemoryInterface> interfaces = new CopyOnWriteArrayList<>();
  private final Map<String, MemoryHost> hosts = new ConcurrentHashMap<>();

  private LoopbackSegment(SegmentSettings settings) {
    this.settings = settings;
    this.luck = new Random(settings.seed());
  }

  /** A segment that loses nothing and takes no time. */
  public static LoopbackSegment create() {
    return create(SegmentSettings.defaults());
  }

  /** A segment with such properties. */
  public static LoopbackSegment create(SegmentSettings settings) {
    return new LoopbackSegment(settings);
  }

  /**
   * Opens a port of that name, which is made at first; nothing is received before a filter is set.
   */
  public PacketPort open(String name) {
    return open(name, PortOptions.defaults());
  }

  /** Opens a port of that name, and receives what the program wants. */
  public PacketPort open(String name, BpfProgram filter) {
    return open(name, filter, PortOptions.defaults());
  }

  /** Opens a port of that name with options; the virtual router is without meaning. */
  public PacketPort open(String name, PortOptions options) {
    return host(name).open(name, options);
  }

  /** Opens a port of that name with options, and receives what the program wants. */
  public PacketPort open(String name, BpfProgram filter, PortOptions options) {
    return host(name).open(name, filter, options);
  }

  private MemoryHost host(String name) {
    return hosts.computeIfAbsent(name, made -> new MemoryHost().attach(made, this));
  }

  SegmentSettings settings() {
    return settings;
  }

  void attach(MemoryInterface attached) {
    interfaces.add(attached);
  }

  /** Carries a frame from one interface to all others, or to the one that consumes it. */
  void carry(MemoryInterface from, byte[] frame) {
    for (MemoryInterface to : interfaces) {
      if (to != from && to.consumes(frame)) {
        carryTo(to, frame);
        return;
      }
    }
    for (MemoryInterface to : interfaces) {
      if (to != from) {
        carryTo(to, frame);
      }
    }
  }

  private void carryTo(MemoryInterface to, byte[] frame) {
    int copies = copies();
    Duration delay = settings.delay();
    for (int i = 0; i < copies; i++) {
      if (delay.isZero()) {
        to.arrive(frame);
      } else {
        settings.clock().after(delay, () -> to.arrive(frame));
      }
    }
  }

  private int copies() {
    if (settings.loss() == 0 && settings.duplication() == 0) {
      return 1;
    }
    synchronized (luck) {
      boolean lost = luck.nextDouble() < settings.loss();
      boolean doubled = luck.nextDouble() < settings.duplication();
      return lost ? 0 : doubled ? 2 : 1;
    }
  }
}
