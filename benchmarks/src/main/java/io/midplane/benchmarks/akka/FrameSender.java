package io.midplane.benchmarks.akka;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.actors.Midplane;
import io.midplane.packet.PortOptions;
import io.midplane.packet.actor.PacketIo;
import io.midplane.packet.actor.PortProtocol.*;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.SendResult;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Tells frames to a port's actor, so many at a time, and looks at the result of each. */
public final class FrameSender {
  private static final int WINDOW_FRAMES = 4096;
  private static final long PATIENCE_SECONDS = 60;

  private final Midplane midplane;
  private final int perMessage;
  private final Semaphore window = new Semaphore(WINDOW_FRAMES);
  private final ActorRef<Reply> results;
  private final ActorRef<Command> port;

  private FrameSender(Midplane midplane, PortOptions options, int perMessage) {
    this.midplane = midplane;
    this.perMessage = perMessage;
    this.results = midplane.spawnActor(results(window), "results");
    this.port = PacketIo.of(midplane).spawn("va", options);
  }

  /** Starts one on {@code va}. */
  public static FrameSender start(Midplane midplane, PortOptions options, int perMessage) {
    return new FrameSender(midplane, options, perMessage);
  }

  /** Closes the port. Blocks: shortly. */
  public void stop() {
    Reply unused = midplane.<Command, Reply>ask(port, Close::new);
  }

  /** Sends so many; returns how many a second that were. Blocks: until all have their results. */
  public double rate(int frames) throws InterruptedException {
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
          each.forEach(FrameSender::check);
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
