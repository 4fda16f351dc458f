package io.midplane.packet.actor;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import io.midplane.actors.Midplane;
import io.midplane.packet.LinkOpener;
import io.midplane.packet.PacketPort;
import io.midplane.packet.PortOptions;
import io.midplane.packet.actor.PortProtocol.Command;
import io.midplane.packet.bpf.BpfProgram;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Packet I/O of a runtime: ports as actors, and ports whose blocking calls pass the runtime's gate.
 * All are closed with it. Thread-safe.
 *
 * {@snippet :
 * ActorRef<PortProtocol.Command> port = PacketIo.of(midplane).spawn("eth0", PortOptions.defaults());
 * port.tell(new Subscribe(filter, Delivery.batches(), self));
 * }
 */
public final class PacketIo implements AutoCloseable {
  private final Midplane midplane;
  private final Set<PacketPort> ports = ConcurrentHashMap.newKeySet();
  private final AtomicLong portsStarted = new AtomicLong();

  private PacketIo(Midplane midplane) {
    this.midplane = midplane;
  }

  /** That of a runtime, made at the first call. */
  public static PacketIo of(Midplane midplane) {
    return midplane.extension(PacketIo.class, PacketIo::new);
  }

  /**
   * Starts the actor of a port on an interface, or on {@code any}. Who subscribes learns whether it
   * could be opened. Blocks: no.
   */
  public ActorRef<Command> spawn(String interfaceName, PortOptions options) {
    return spawnPort(behavior(interfaceName, options), "port-" + interfaceName);
  }

  /** The behaviour of that actor, to make it the child of another, with which it then ends. */
  public Behavior<Command> behavior(String interfaceName, PortOptions options) {
    return PortActor.create(
        listener -> PacketPort.openAsync(interfaceName, ofRuntime(options).withListener(listener)));
  }

  /**
   * Starts the actor of a port on a link of another kind. Blocks: no.
   *
   * @param name of the actor; a number is put behind it
   */
  public ActorRef<Command> spawn(String name, LinkOpener opener, PortOptions options) {
    return spawnPort(
        PortActor.create(
            listener -> PacketPort.over(opener, ofRuntime(options).withListener(listener))),
        name);
  }

  /**
   * Under a name that is never used again: an actor's name becomes free only some time after the
   * actor has stopped, and who closes a port may open it again at once.
   */
  private ActorRef<Command> spawnPort(Behavior<Command> behavior, String name) {
    return midplane.spawnActor(behavior, name + "-" + portsStarted.incrementAndGet());
  }

  /**
   * Opens a port without an actor, for threads of the user. Blocks: yes, shortly.
   *
   * @throws io.midplane.packet.frame.PacketIoException as {@link PacketPort#open(String)}
   */
  public PacketPort open(String interfaceName, BpfProgram filter, PortOptions options) {
    PacketPort opened = PacketPort.open(interfaceName, filter, ofRuntime(options));
    ports.add(opened);
    return opened;
  }

  /** As {@link #open}. Blocks: no. */
  public CompletionStage<PacketPort> openAsync(
      String interfaceName, BpfProgram filter, PortOptions options) {
    return PacketPort.openAsync(interfaceName, filter, ofRuntime(options))
        .thenApply(opened -> {
          ports.add(opened);
          return opened;
        });
  }

  private PortOptions ofRuntime(PortOptions options) {
    return options.withGate(midplane.gate());
  }

  /** Closes the ports that were opened without an actor. Blocks: yes, shortly. */
  @Override
  public void close() {
    ports.forEach(PacketPort::close);
  }
}
