package io.midplane.benchmarks;

import io.midplane.actors.Midplane;
import io.midplane.benchmarks.Measurement.Peer;
import io.midplane.benchmarks.akka.FrameSender;
import java.util.List;

/**
 * Frames of 64 bytes that are told to a port's actor, in batches or one by one, as fast as it can,
 * beside C with sendmmsg. Every frame's result is looked at.
 *
 * @param perMessage frames in a message
 */
record PacketSendCase(String name, String about, String target, int perMessage) implements Case {
  private static final int WARM_UP = 4;

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    int frames = effort.isQuick() ? 8_192 : 327_680;
    int runs = effort.isQuick() ? 1 : 9;
    double[] ours = new double[runs];
    double[] peer = new double[runs];
    try (PacketLab lab = PacketLab.create();
        Midplane midplane = Midplanes.quiet("packet")) {
      var sender = FrameSender.start(midplane, lab.leftOptions(), perMessage);
      for (int i = effort.isQuick() ? 0 : -WARM_UP; i < runs; i++) {
        double mine = sender.rate(frames);
        double theirs = lab.generate(frames, "-m", "sendmmsg", "-c", "-1").value("pps");
        if (i >= 0) {
          ours[i] = mine;
          peer[i] = theirs;
        }
      }
      sender.stop();
    }
    return List.of(
        new Measurement(
            PacketSuite.NAME,
            name,
            Unit.FRAMES_PER_SECOND,
            Series.of(ours),
            new Peer("C sendmmsg", Series.of(peer))));
  }
}
