package io.midplane.benchmarks.akka;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.actors.Midplane;
import io.midplane.packet.PortOptions;
import io.midplane.packet.actor.Delivery;
import io.midplane.packet.actor.PacketIo;
import io.midplane.packet.actor.PortProtocol.*;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.FrameBatch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An actor that looks at what the C receiver looks at, the time and twelve bytes of each frame, and
 * what others see of it.
 */
public final class FrameCounter {
  private static final long SILENCE_NANOS = 200_000_000;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long PATIENCE_SECONDS = 30;

  private final Midplane midplane;
  private final ActorRef<Command> port;
  private final ActorRef<Event> subscriber;
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile long frames;
  private volatile long dropped;
  private volatile long firstNanos;
  private volatile long lastNanos;
  private volatile long sum;

  private FrameCounter(Midplane midplane, String name, PortOptions options) {
    this.midplane = midplane;
    this.port = PacketIo.of(midplane).spawn("vb", options);
    this.subscriber = midplane.spawnActor(behavior(), name);
  }

  /** Starts one on {@code vb}; frames are counted once it returns. Blocks: shortly. */
  public static FrameCounter start(
      Midplane midplane, String name, PortOptions options, Delivery delivery) throws Exception {
    var counter = new FrameCounter(midplane, name, options);
    counter.port.tell(new Subscribe(BpfProgram.all(), delivery, counter.subscriber));
    counter.opened.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return counter;
  }

  /** Ends it; what was dropped is known then. Blocks: shortly. */
  public void stop() throws Exception {
    port.tell(new Unsubscribe(subscriber));
    closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    Reply unused = midplane.<Command, Reply>ask(port, Close::new);
  }

  private Behavior<Event> behavior() {
    return Behaviors.receiveMessage(event -> {
      on(event);
      return Behaviors.same();
    });
  }

  private void on(Event event) {
    switch (event) {
      case Frames batch -> {
        count(look(batch.batch()), batch.batch().size());
        batch.done();
      }
      case FrameReceived one -> {
        byte[] bytes = one.frame().bytes();
        count(look(bytes, 0) + one.frame().meta().timestamp(), 1);
        one.done();
      }
      case Drops drops -> dropped = drops.total();
      case Opened open -> opened.complete(null);
      case OpenFailed failed -> opened.completeExceptionally(failed.reason());
      case Closed end -> {
        dropped = end.counters().dropped();
        closed.complete(null);
      }
      case LinkDown down -> {}
      case LinkUp up -> {}
      case InterfaceGone gone -> {}
    }
  }

  private static long look(FrameBatch batch) {
    long seen = 0;
    for (int i = 0; i < batch.size(); i++) {
      seen += batch.timestamp(i) + look(batch.array(), batch.offset(i));
    }
    return seen;
  }

  private static long look(byte[] bytes, int offset) {
    return (long) LONGS.get(bytes, offset) + (int) INTS.get(bytes, offset + 10);
  }

  private void count(long seen, int more) {
    long now = System.nanoTime();
    if (frames == 0) {
      firstNanos = now;
    }
    lastNanos = now;
    sum = sum + seen;
    frames = frames + more;
  }

  /** Frames so far. */
  public long frames() {
    return frames;
  }

  /** Counts from 0 again; only while nothing comes. Returns how many frames there were. */
  public long restart() {
    long before = frames;
    frames = 0;
    return before;
  }

  /** Waits until nothing has come for a while. Blocks: yes. */
  public void awaitSilence() {
    long seen = -1;
    while (frames != seen) {
      seen = frames;
      LockSupport.parkNanos(SILENCE_NANOS);
    }
  }

  /** Frames that were lost; known once it is stopped. */
  public long dropped() {
    return dropped;
  }

  /** Frames a second from the first batch to the last. */
  public double rate() {
    return frames * 1e9 / Math.max(1, lastNanos - firstNanos);
  }
}
