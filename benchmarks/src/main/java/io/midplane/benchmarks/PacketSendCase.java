package io.midplane.benchmarks;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.actors.Midplane;
import io.midplane.benchmarks.Measurement.Peer;
import io.midplane.packet.actor.PacketIo;
import io.midplane.packet.actor.PortProtocol.*;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.SendResult;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Frames of 64 bytes that are told to a port's actor, in batches or one by one, as fast as it can,
 * beside C with sendmmsg. Every frame's result is looked at.
 *
 * @param perMessage frames in a message
 */
record PacketSendCase(String name, String about, String target, int perMessage) implements Case {
  private static final int WARM_UP = 4;
  private static final int WINDOW_FRAMES = 4096;
  private static final long PATIENCE_SECONDS = 60;

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    int frames = effort.isQuick() ? 8_192 : 327_680;
    int runs = effort.isQuick() ? 1 : 9;
    double[] ours = new double[runs];
    double[] peer = new double[runs];
    try (PacketLab lab = PacketLab.create();
        Midplane midplane = Midplanes.quiet("packet")) {
      var window = new Semaphore(WINDOW_FRAMES);
      ActorRef<Reply> results = midplane.spawnActor(results(window), "results");
      ActorRef<Command> port = PacketIo.of(midplane).spawn("va", lab.leftOptions());
      for (int i = effort.isQuick() ? 0 : -WARM_UP; i < runs; i++) {
        double mine = rate(port, results, window, frames);
        double theirs = lab.generate(frames, "-m", "sendmmsg", "-c", "-1").value("pps");
        if (i >= 0) {
          ours[i] = mine;
          peer[i] = theirs;
        }
      }
      Reply unused = midplane.<Command, Reply>ask(port, Close::new);
    }
    return List.of(
        new Measurement(
            PacketSuite.NAME,
            name,
            Unit.FRAMES_PER_SECOND,
            Series.of(ours),
            new Peer("C sendmmsg", Series.of(peer))));
  }

  private double rate(ActorRef<Command> port, ActorRef<Reply> results, Semaphore window, int frames)
      throws InterruptedException {
    Frame frame = frame();
    FrameBatch batch = FrameBatch.of(Collections.nCopies(perMessage, frame));
    long start = System.nanoTime();
    for (int sent = 0; sent < frames; sent += perMessage) {
      acquire(window, perMessage);
      port.tell(perMessage == 1 ? new Send(frame, results) : new SendBatch(batch, results));
    }
    acquire(window, WINDOW_FRAMES);
    window.release(WINDOW_FRAMES);
    return frames * 1e9 / (System.nanoTime() - start);
  }

  private static void acquire(Semaphore window, int frames) throws InterruptedException {
    if (!window.tryAcquire(frames, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("results: none within " + PATIENCE_SECONDS + " s");
    }
  }

  private static Behavior<Reply> results(Semaphore window) {
    return Behaviors.receiveMessage(reply -> {
      switch (reply) {
        case Sent(var result) -> {
          check(result);
          window.release();
        }
        case SentBatch(var each) -> {
          each.forEach(PacketSendCase::check);
          window.release(each.size());
        }
        case Refused(var reason) -> throw reason;
        case Done other -> {}
        case Answered other -> {}
        case Statistics other -> {}
      }
      return Behaviors.same();
    });
  }

  private static void check(SendResult result) {
    if (result != SendResult.SENT) {
      throw new IllegalStateException("result: " + result + " (expected: SENT)");
    }
  }

  private static Frame frame() {
    ByteBuffer bytes = ByteBuffer.allocate(64);
    bytes.putLong(0x0180_c200_000e_0200L).putInt(1).putShort((short) 0x88b5);
    return Frame.of(bytes.array());
  }
}
