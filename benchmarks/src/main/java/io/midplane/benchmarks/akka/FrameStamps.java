package io.midplane.benchmarks.akka;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.actors.Midplane;
import io.midplane.packet.PortOptions;
import io.midplane.packet.actor.Delivery;
import io.midplane.packet.actor.PacketIo;
import io.midplane.packet.actor.PortProtocol.*;
import io.midplane.packet.bpf.BpfProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/** An actor that is told of frames that carry the time at which they were sent. */
public final class FrameStamps {
  private static final int STAMP = 18;
  private static final long PATIENCE_SECONDS = 30;
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private FrameStamps() {}

  /**
   * Receives so many on {@code vb}. Blocks: until it has them.
   *
   * @param ready completes once none would be missed
   * @param seen is called in the actor with each stamp
   */
  public static void receive(
      Midplane midplane,
      PortOptions options,
      int frames,
      CompletableFuture<Void> ready,
      LongConsumer seen)
      throws Exception {
    var done = new CompletableFuture<Void>();
    int[] count = {0};
    ActorRef<Event> subscriber =
        midplane.spawnActor(
            Behaviors.receiveMessage(event -> {
              switch (event) {
                case Opened opened -> ready.complete(null);
                case FrameReceived received -> {
                  seen.accept(stamp(received.frame().bytes(), 0));
                  received.done();
                  if (++count[0] == frames) {
                    done.complete(null);
                  }
                }
                case OpenFailed failed -> ready.completeExceptionally(failed.reason());
                case Frames other -> {}
                case Drops other -> {}
                case LinkDown other -> {}
                case LinkUp other -> {}
                case InterfaceGone other -> {}
                case Closed other -> {}
              }
              return Behaviors.same();
            }),
            "stamps-" + NUMBERS.incrementAndGet());
    ActorRef<Command> port = PacketIo.of(midplane).spawn("vb", options);
    port.tell(new Subscribe(BpfProgram.all(), Delivery.frames(), subscriber));
    done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    Reply unused = midplane.<Command, Reply>ask(port, Close::new);
  }

  /** The stamp in a frame. */
  public static long stamp(byte[] bytes, int offset) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(offset + STAMP);
  }
}
