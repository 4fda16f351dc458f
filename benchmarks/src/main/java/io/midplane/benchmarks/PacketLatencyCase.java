package io.midplane.benchmarks;

import io.midplane.actors.Midplane;
import io.midplane.benchmarks.Measurement.Peer;
import io.midplane.benchmarks.PacketLab.Receiver;
import io.midplane.benchmarks.akka.FrameStamps;
import io.midplane.packet.PacketPort;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.Frame;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * A lone frame every 5 ms, stamped when it is sent: how long until code sees it, in an actor beside
 * scapy's sniffer, and in a waiting caller beside C. The median of each run counts. More frames
 * than those of a run come first, faster, for the JIT compiler.
 */
final class PacketLatencyCase implements Case {
  private static final String RATE = "200";
  private static final int WARM_UP_FRAMES = 20_000;
  private static final String WARM_UP_RATE = "10000";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Receives so many stamps, and says when it is ready to. */
  private interface Sight {
    void receive(int frames, CompletableFuture<Void> ready, LongConsumer stamp) throws Exception;
  }

  @Override
  public String name() {
    return "lone-frame";
  }

  @Override
  public String about() {
    return "a lone frame from send to code: to an actor, and to a waiting caller";
  }

  @Override
  public String target() {
    return "actor at most 1 x scapy's sniffer, caller at most 3 x C with TPACKET_V2";
  }

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    int frames = effort.isQuick() ? 20 : 400;
    int runs = effort.isQuick() ? 1 : 5;
    double[] actor = new double[runs];
    double[] scapy = new double[runs];
    double[] caller = new double[runs];
    double[] c = new double[runs];
    try (PacketLab lab = PacketLab.create();
        Midplane midplane = Midplanes.quiet("packet")) {
      Sight inActor = (n, ready, to) -> inActor(lab, midplane, n, ready, to);
      Sight inCaller = (n, ready, to) -> inCaller(lab, n, ready, to);
      if (!effort.isQuick()) {
        for (Sight sight : List.of(inActor, inCaller)) {
          double unused = median(lab, WARM_UP_FRAMES, WARM_UP_RATE, sight);
        }
      }
      for (int i = 0; i < runs; i++) {
        actor[i] = median(lab, frames, RATE, inActor);
        scapy[i] = peer(lab, frames, "lat.py", "vb", String.valueOf(frames));
        caller[i] = median(lab, frames, RATE, inCaller);
        c[i] = peer(lab, frames, "lat", "-m", "v2", "-n", String.valueOf(frames));
      }
    }
    return List.of(
        figure("-actor", actor, "scapy AsyncSniffer", scapy),
        figure("-caller", caller, "C TPACKET_V2", c));
  }

  private static Measurement figure(String suffix, double[] ours, String peer, double[] theirs) {
    return new Measurement(
        PacketSuite.NAME,
        "lone-frame" + suffix,
        Unit.MICROSECONDS,
        Series.of(ours),
        new Peer(peer, Series.of(theirs)));
  }

  /** Of the second half, as scapy's script does it. */
  private static double median(PacketLab lab, int frames, String rate, Sight sight)
      throws Exception {
    double[] micros = new double[frames];
    var ready = new CompletableFuture<Void>();
    var failure = new CompletableFuture<Void>();
    int[] next = {0};
    Thread receiver =
        Thread.ofPlatform()
            .start(() -> {
              try {
                sight.receive(
                    frames, ready, stamp -> micros[next[0]++] = (System.nanoTime() - stamp) / 1e3);
                failure.complete(null);
              } catch (Exception e) {
                ready.completeExceptionally(e);
                failure.completeExceptionally(e);
              }
            });
    ready.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    var unused = stamped(lab, frames, rate);
    failure.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    receiver.join();
    return Series.of(Arrays.copyOfRange(micros, frames / 2, frames)).median();
  }

  private static PacketLab.Output stamped(PacketLab lab, int frames, String rate) throws Exception {
    return lab.generate(frames, "-m", "stamp", "-r", rate, "-c", "-1");
  }

  private static double peer(PacketLab lab, int frames, String program, String... arguments)
      throws Exception {
    try (Receiver receiver = lab.receiver(program, arguments)) {
      var unused = stamped(lab, frames, RATE);
      return receiver.result().value("p50");
    }
  }

  private static void inActor(
      PacketLab lab,
      Midplane midplane,
      int frames,
      CompletableFuture<Void> ready,
      LongConsumer seen)
      throws Exception {
    FrameStamps.receive(midplane, lab.rightOptions(), frames, ready, seen);
  }

  private static void inCaller(
      PacketLab lab, int frames, CompletableFuture<Void> ready, LongConsumer seen) {
    try (PacketPort port = PacketPort.open("vb", BpfProgram.all(), lab.rightOptions())) {
      ready.complete(null);
      for (int i = 0; i < frames; i++) {
        Frame frame = port.receive(PATIENCE).orElseThrow();
        seen.accept(FrameStamps.stamp(frame.bytes(), 0));
      }
    }
  }
}
