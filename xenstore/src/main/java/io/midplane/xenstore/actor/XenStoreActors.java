package io.midplane.xenstore.actor;

import akka.actor.typed.ActorRef;
import io.midplane.actors.Midplane;
import io.midplane.xenstore.ServerAddress;
import io.midplane.xenstore.XenStore;
import io.midplane.xenstore.XenStoreSettings;
import io.midplane.xenstore.wire.Transport;
import java.util.function.Supplier;

/**
 * A connection of a runtime: its actor, and the blocking face on it.
 *
 * <p>A synchronous call of {@link #store()} passes the runtime's gate and then takes the short way
 * to the connection's core, where the waiting caller reads the answer itself. {@link
 * #storeThroughActor()} sends the same requests as messages to the actor, asking and waiting; what
 * it answers, refuses and how it ends is the same, only slower. Thread-safe.
 */
public final class XenStoreActors implements AutoCloseable {
  private final XenStore store;
  private final XenStore throughActor;
  private final ActorRef<XenStoreProtocol.Command> connection;

  private XenStoreActors(Midplane midplane, XenStore store, String name) {
    this.store = store;
    this.connection = midplane.spawnActor(ConnectionActor.create(store), name);
    this.throughActor = store.through(new ActorCourier(midplane, connection, store.courier()));
  }

  /** The connection of a runtime to where the environment says, made at the first call. */
  public static XenStoreActors of(Midplane midplane) {
    return midplane.extension(
        XenStoreActors.class, runtime -> start(runtime, XenStoreSettings.defaults(), "xenstore"));
  }

  /**
   * Starts another connection in a runtime. It is the caller's to close. Blocks: yes, shortly.
   *
   * @param name of its actor
   */
  public static XenStoreActors start(Midplane midplane, XenStoreSettings settings, String name) {
    ServerAddress address =
        settings.address() == null ? ServerAddress.ofEnvironment() : settings.address();
    return start(midplane, address::connect, settings, name);
  }

  /** The same over a transport of the caller's. Blocks: yes, shortly. */
  public static XenStoreActors start(
      Midplane midplane,
      Supplier<? extends Transport> connector,
      XenStoreSettings settings,
      String name) {
    XenStore store = XenStore.connect(connector, settings, midplane.gate());
    try {
      return new XenStoreActors(midplane, store, name);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** The connection's actor. */
  public ActorRef<XenStoreProtocol.Command> ref() {
    return connection;
  }

  /** The blocking face and its asynchronous twins, the short way. */
  public XenStore store() {
    return store;
  }

  /** The same with every request as a message to the actor. */
  public XenStore storeThroughActor() {
    return throughActor;
  }

  /** Ends the connection; the actor stays and refuses. Blocks: yes. */
  @Override
  public void close() {
    store.close();
  }
}
