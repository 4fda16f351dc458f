package io.midplane.packet;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.CallGraph;
import io.midplane.packet.linux.InterfaceInfo;
import io.midplane.packet.linux.LinuxLink;
import io.midplane.packet.linux.NetworkNamespace;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;

/**
 * A virtual router: sockets that see its traffic and that of no other. It is a network namespace by
 * its name, as {@code ip netns} keeps them; {@code VR-Default} is the one the process runs in.
 *
 * {@snippet :
 * var router = VirtualRouter.of("blue");
 * try (DatagramChannel socket = router.datagram()) {
 *   socket.bind(new InetSocketAddress(161));
 * }
 * }
 *
 * <p>The channels are those of the JDK, not yet bound and in blocking mode; each stays in its
 * router wherever it is used. What blocks in them does not pass the gate: use them on threads that
 * may wait, or not blocking. Names of hosts are resolved where the process runs. Immutable.
 */
public final class VirtualRouter {
  private final NetworkNamespace namespace;
  private final Waits waits;

  private VirtualRouter(NetworkNamespace namespace, BlockingGate gate) {
    this.namespace = namespace;
    this.waits = new Waits(gate);
  }

  /** That of a name; it is looked for when a socket is made. */
  public static VirtualRouter of(String name) {
    return of(name, new BlockingGate(new CallGraph()));
  }

  /** The same with blocking calls through another gate, a runtime's for instance. */
  public static VirtualRouter of(String name, BlockingGate gate) {
    return new VirtualRouter(new NetworkNamespace(name), gate);
  }

  /** Its name. */
  public String name() {
    return namespace.name();
  }

  /** A socket for datagrams. Blocks and throws as {@link #interfaces}. */
  public DatagramChannel datagram() {
    return await("datagram", DatagramChannel::open);
  }

  /** As {@link #datagram}. Blocks: no. */
  public CompletionStage<DatagramChannel> datagramAsync() {
    return later("datagram", DatagramChannel::open);
  }

  /** A socket that connects. Blocks and throws as {@link #interfaces}. */
  public SocketChannel stream() {
    return await("stream", SocketChannel::open);
  }

  /** As {@link #stream}. Blocks: no. */
  public CompletionStage<SocketChannel> streamAsync() {
    return later("stream", SocketChannel::open);
  }

  /** A socket that accepts. Blocks and throws as {@link #interfaces}. */
  public ServerSocketChannel listener() {
    return await("listener", ServerSocketChannel::open);
  }

  /** As {@link #listener}. Blocks: no. */
  public CompletionStage<ServerSocketChannel> listenerAsync() {
    return later("listener", ServerSocketChannel::open);
  }

  /**
   * Its interfaces, by number. Blocks: yes, shortly.
   *
   * @throws io.midplane.packet.frame.PacketIoException NO_SUCH_ROUTER, NOT_PERMITTED or
   *     NATIVE_ACCESS_DENIED
   */
  public List<InterfaceInfo> interfaces() {
    return await("interfaces", () -> LinuxLink.interfaces(namespace));
  }

  /** As {@link #interfaces}. Blocks: no. */
  public CompletionStage<List<InterfaceInfo>> interfacesAsync() {
    return later("interfaces", () -> LinuxLink.interfaces(namespace));
  }

  private <T> T await(String what, Callable<T> task) {
    return waits.await(what + " of " + this, what + "Async()", namespace.submit(task));
  }

  private <T> CompletionStage<T> later(String what, Callable<T> task) {
    return waits.later(what + " of " + this, namespace.submit(task));
  }

  /** Names it. */
  @Override
  public String toString() {
    return "VirtualRouter(" + (namespace.isOwn() ? "VR-Default" : name()) + ")";
  }
}
