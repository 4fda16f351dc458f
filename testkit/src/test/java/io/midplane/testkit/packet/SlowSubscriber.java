package io.midplane.testkit.packet;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.midplane.actors.Midplane;
import io.midplane.actors.MidplaneSettings;
import io.midplane.packet.PortOptions;
import io.midplane.packet.actor.Delivery;
import io.midplane.packet.actor.PacketIo;
import io.midplane.packet.actor.PortProtocol.*;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.link.CaptureSettings;
import java.util.concurrent.CompletableFuture;

/**
 * A program whose subscriber takes its time for every frame, and counts what it gets and misses.
 */
final class SlowSubscriber {
  private static final long NANOS_A_FRAME = 10_000;
  private static final int RING_BYTES = 16 << 20;

  private final long expected;
  private final CompletableFuture<String> result = new CompletableFuture<>();
  private long received;
  private long dropped;

  private SlowSubscriber(long expected) {
    this.expected = expected;
  }

  /** Interface, virtual router, and how many frames are sent. */
  public static void main(String[] arguments) {
    var subscriber = new SlowSubscriber(Long.parseLong(arguments[2]));
    var settings = MidplaneSettings.defaults().name("slow").with("akka.loglevel", "WARNING");
    try (Midplane midplane = Midplane.start(settings)) {
      ActorRef<Event> ref = midplane.spawnActor(subscriber.behavior(), "slow");
      ActorRef<Command> port =
          PacketIo.of(midplane)
              .spawn(arguments[0], PortOptions.defaults().withVirtualRouter(arguments[1]));
      CaptureSettings capture = CaptureSettings.defaults().withRingBytes(RING_BYTES);
      port.tell(new Subscribe(BpfProgram.all(), Delivery.batches().capturedWith(capture), ref));
      IO.println(subscriber.result.join());
      Reply unused = midplane.<Command, Reply>ask(port, Close::new);
    }
  }

  private Behavior<Event> behavior() {
    return Behaviors.receiveMessage(event -> {
      switch (event) {
        case Opened opened -> IO.println("open");
        case OpenFailed failed -> result.completeExceptionally(failed.reason());
        case Frames frames -> {
          received += frames.batch().size();
          spin(frames.batch().size() * NANOS_A_FRAME);
          frames.done();
        }
        case Drops(var since, var total) -> dropped = total;
        case FrameReceived other -> {}
        case LinkDown other -> {}
        case LinkUp other -> {}
        case InterfaceGone other -> {}
        case Closed other -> {}
      }
      if (received + dropped >= expected) {
        result.complete((received + dropped) + " of which dropped " + dropped);
      }
      return Behaviors.same();
    });
  }

  private static void spin(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
