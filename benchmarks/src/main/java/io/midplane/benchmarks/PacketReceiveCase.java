package io.midplane.benchmarks;

import io.midplane.actors.Midplane;
import io.midplane.benchmarks.Measurement.Peer;
import io.midplane.benchmarks.PacketLab.Output;
import io.midplane.benchmarks.PacketLab.Receiver;
import io.midplane.benchmarks.akka.FrameCounter;
import io.midplane.packet.actor.Delivery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Frames of 64 bytes, sent as fast as C can, received by an actor and by a C program in turn: the
 * rate, the CPU and the memory a frame took, and how many got lost. The generator has one CPU, the
 * receiver the other.
 *
 * @param generatorArguments how the generator sends
 * @param peerArguments how the C program receives
 */
record PacketReceiveCase(
    String name,
    String about,
    String target,
    Delivery delivery,
    List<String> generatorArguments,
    List<String> peerArguments)
    implements Case {
  /** So many frames until a capture's arrays have grown. */
  private static final int FIRST = 100_000;

  /** The port's thread and those of the actors. */
  private static final Set<String> CARRIERS = Set.of("packet-vb", "packet-akka");

  /** So many bursts until the JIT compilers, whose CPU counts as the frames' does, are done. */
  private static final int WARM_UP = 16;

  /** What came of a burst. */
  private record Burst(
      double rate, double cpuNanos, double jvmNanos, double allocated, double lostShare) {}

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    int frames = effort.isQuick() ? 5_000 : 300_000;
    int rounds = effort.isQuick() ? 1 : 9;
    Burst[] ours = new Burst[rounds];
    Burst[] peer = new Burst[rounds];
    try (PacketLab lab = PacketLab.create();
        Midplane midplane = Midplanes.quiet("packet")) {
      PacketLab.pin(PacketLab.RECEIVER_CPU);
      try {
        for (int i = effort.isQuick() ? 0 : -WARM_UP; i < rounds; i++) {
          Burst mine = ours(lab, midplane, frames, i + WARM_UP);
          Burst theirs = peer(lab, frames);
          if (i >= 0) {
            ours[i] = mine;
            peer[i] = theirs;
          }
        }
      } finally {
        PacketLab.unpin();
      }
    }
    return List.of(
        paired("", Unit.FRAMES_PER_SECOND, ours, peer, Burst::rate),
        paired("-cpu", Unit.NANOSECONDS, ours, peer, Burst::cpuNanos),
        alone("-jvm-cpu", Unit.NANOSECONDS, ours, Burst::jvmNanos),
        alone("-allocated", Unit.BYTES, ours, Burst::allocated),
        paired("-lost", Unit.PERCENT, ours, peer, burst -> 100 * burst.lostShare()));
  }

  private Burst ours(PacketLab lab, Midplane midplane, int frames, int round) throws Exception {
    var counter = FrameCounter.start(midplane, "counter-" + round, lab.rightOptions(), delivery);
    double first = generate(lab, FIRST);
    counter.awaitSilence();
    long firstReceived = counter.restart();
    ProcessMeter before = ProcessMeter.read(CARRIERS);
    ProcessMeter jvmBefore = ProcessMeter.read();
    double sent = generate(lab, frames);
    counter.awaitSilence();
    ProcessMeter used = ProcessMeter.read(CARRIERS).minus(before);
    ProcessMeter jvmUsed = ProcessMeter.read().minus(jvmBefore);
    counter.stop();
    if (firstReceived + counter.frames() + counter.dropped() != first + sent) {
      throw new IllegalStateException(
          "received %d and %d, dropped %d, sent %.0f and %.0f"
              .formatted(firstReceived, counter.frames(), counter.dropped(), first, sent));
    }
    double count = Math.max(1, counter.frames());
    return new Burst(
        counter.rate(),
        used.cpuNanos() / count,
        jvmUsed.cpuNanos() / count,
        used.allocatedBytes() / count,
        1 - count / sent);
  }

  private double generate(PacketLab lab, int frames) throws IOException {
    return lab.generate(frames, generatorArguments.toArray(String[]::new)).value("sent");
  }

  private Burst peer(PacketLab lab, int frames) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-R", "1", "-w", "copy"));
    arguments.addAll(List.of("-c", PacketLab.RECEIVER_CPU));
    arguments.addAll(peerArguments);
    try (Receiver receiver = lab.receiver("rx", arguments.toArray(String[]::new))) {
      double sent = generate(lab, frames);
      Output result = receiver.result();
      return new Burst(
          result.value("fps"),
          result.value("cpu_ns/frame"),
          0,
          0,
          1 - result.value("frames") / sent);
    }
  }

  private Measurement paired(
      String suffix, Unit unit, Burst[] ours, Burst[] peer, ToDoubleFunction<Burst> value) {
    var named = new Peer("C " + String.join(" ", peerArguments), series(peer, value));
    return new Measurement(PacketSuite.NAME, name + suffix, unit, series(ours, value), named);
  }

  private static Series series(Burst[] bursts, ToDoubleFunction<Burst> value) {
    return Series.of(Arrays.stream(bursts).mapToDouble(value).toArray());
  }

  private Measurement alone(String suffix, Unit unit, Burst[] ours, ToDoubleFunction<Burst> value) {
    return new Measurement(PacketSuite.NAME, name + suffix, unit, series(ours, value), null);
  }
}
