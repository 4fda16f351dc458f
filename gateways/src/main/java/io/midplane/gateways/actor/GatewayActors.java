package io.midplane.gateways.actor;

import akka.actor.typed.ActorRef;
import io.midplane.actors.Midplane;
import io.midplane.gateways.Group;
import io.midplane.gateways.GroupSettings;
import io.midplane.gateways.worker.Channel;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gateways of a runtime: a group whose blocking calls pass the runtime's gate and which ends with
 * the runtime, and actors for channels.
 *
 * <p>A synchronous call on a {@link Channel} takes the short way to the channel's core; the same
 * request as a message to its actor has the same answer. Thread-safe.
 */
public final class GatewayActors implements AutoCloseable {
  private final Midplane midplane;
  private final Group group;
  private final AtomicLong numbers = new AtomicLong();

  private GatewayActors(Midplane midplane, Group group) {
    this.midplane = midplane;
    this.group = group;
  }

  /** Those of a runtime, as the defaults say, made at the first call. */
  public static GatewayActors of(Midplane midplane) {
    return midplane.extension(
        GatewayActors.class, runtime -> start(runtime, GroupSettings.defaults()));
  }

  /** Another group in a runtime; it is the caller's to close. */
  public static GatewayActors start(Midplane midplane, GroupSettings settings) {
    return new GatewayActors(midplane, Group.open(settings.withGate(midplane.gate())));
  }

  /** The group. */
  public Group group() {
    return group;
  }

  /**
   * An actor for a channel. It closes the channel when it stops, which it does at the end of a
   * subscription, with its subscriber, and with the runtime. Blocks: no.
   */
  public ActorRef<ChannelProtocol.Command> spawn(Channel channel) {
    return midplane.spawnActor(
        ChannelActor.create(channel, midplane.virtualThreads()),
        "gateway-channel-" + numbers.incrementAndGet());
  }

  /** Ends every gateway of the group. Blocks: yes. */
  @Override
  public void close() {
    group.close();
  }
}
