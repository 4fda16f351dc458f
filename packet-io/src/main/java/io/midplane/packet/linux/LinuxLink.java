package io.midplane.packet.linux;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.PacketIoError;
import io.midplane.packet.frame.PacketIoException;
import io.midplane.packet.frame.PortAddress;
import io.midplane.packet.link.Capture;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureSink;
import io.midplane.packet.link.Link;
import io.midplane.packet.link.LinkListener;
import io.midplane.packet.link.SendResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An interface of this machine, or all interfaces of a network namespace. Thread-safe. */
public final class LinuxLink implements Link {
  private static final int DEFAULT_MTU = 1500;

  private final EngineLoop loop;
  private final Engine engine;
  private final LinkWatch watch;
  private final Transmitter transmitter;
  private final PortAddress address;
  private final int mtu;

  private LinuxLink(
      EngineLoop loop, LinkWatch watch, Transmitter transmitter, PortAddress address, int mtu) {
    this.loop = loop;
    this.engine = loop.engine();
    this.watch = watch;
    this.transmitter = transmitter;
    this.address = address;
    this.mtu = mtu;
  }

  /**
   * Opens an interface, or {@link Link#ANY}. Blocks: no.
   *
   * @param namespace where it is
   * @param listener hears of its state from now on
   * @return completes on the link's thread, or with a {@link PacketIoException}: NO_SUCH_INTERFACE,
   *     NO_SUCH_ROUTER, NOT_PERMITTED
   * @throws PacketIoException NATIVE_ACCESS_DENIED
   */
  public static CompletableFuture<LinuxLink> open(
      String name, NetworkNamespace namespace, LinkListener listener) {
    NativeAccess.require();
    var watch = new LinkWatch(listener);
    return Engine.start(name, namespace, watch, loop -> open(name, namespace, loop, watch));
  }

  private static LinuxLink open(
      String name, NetworkNamespace namespace, EngineLoop loop, LinkWatch watch) {
    if (name.equals(ANY)) {
      return new LinuxLink(
          loop,
          watch,
          Transmitter.open(name, 0),
          new PortAddress(ANY, 0, null),
          Math.max(DEFAULT_MTU, watch.largestMtu()));
    }
    InterfaceInfo info =
        watch.find(name).orElseThrow(() -> Failures.noSuchInterface(name, namespace.name()));
    watch.only(info.ifindex());
    return new LinuxLink(
        loop,
        watch,
        Transmitter.open(name, info.ifindex()),
        new PortAddress(name, info.ifindex(), null),
        info.mtu());
  }

  /** The interfaces of a namespace, by number. Blocks: no longer than the kernel takes. */
  public static List<InterfaceInfo> interfaces(NetworkNamespace namespace) {
    NativeAccess.require();
    return namespace.isOwn() ? Netlink.interfaces() : namespace.call(Netlink::interfaces);
  }

  @Override
  public PortAddress address() {
    return address.ifindex() == 0 ? address : address(address.ifindex());
  }

  @Override
  public Optional<PortAddress> find(String interfaceName) {
    return watch
        .find(interfaceName)
        .filter(info -> address.ifindex() == 0 || address.ifindex() == info.ifindex())
        .map(info -> new PortAddress(info.name(), info.ifindex(), null));
  }

  @Override
  public PortAddress address(int ifindex) {
    InterfaceInfo info = watch.get(ifindex);
    if (info == null && loop.catchUp()) {
      info = watch.get(ifindex);
    }
    return new PortAddress(info == null ? "" : info.name(), ifindex, null);
  }

  @Override
  public boolean carriesFrames() {
    InterfaceInfo info = watch.get(address.ifindex());
    return address.ifindex() == 0 || info != null && info.carriesFrames();
  }

  @Override
  public CompletableFuture<Capture> capture(
      BpfProgram filter, CaptureSettings settings, CaptureSink sink) {
    return engine.submit(() ->
        LinuxCapture.open(
            loop,
            address.interfaceName(),
            address.ifindex(),
            SlotRing.slotFor(mtu),
            filter,
            settings,
            sink));
  }

  @Override
  public SendResult send(byte[] bytes, int offset, int length, int ifindex) {
    return transmitter.send(bytes, offset, length, ifindex);
  }

  @Override
  public void send(FrameBatch batch, int ifindex, SendResult[] results) {
    transmitter.send(batch, ifindex, results);
  }

  @Override
  public void join(MacAddress group) {
    requireOne("join " + group);
    transmitter.join(group, true);
  }

  @Override
  public void leave(MacAddress group) {
    requireOne("leave " + group);
    transmitter.join(group, false);
  }

  @Override
  public void promiscuous(boolean on) {
    requireOne("promiscuous");
    transmitter.promiscuous(on);
  }

  private void requireOne(String what) {
    if (address.ifindex() == 0) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED, what + ": not on all interfaces at once; open the one it is for");
    }
  }

  @Override
  public void consume(Object owner, @Nullable BpfProgram program) {
    if (program != null) {
      throw new PacketIoException(
          new PacketIoError(PacketIoError.Kind.UNSUPPORTED, address.interfaceName(), "", 0),
          "filter that consumes on "
              + address.interfaceName()
              + ": the kernel gives this port copies and forwards by itself (expected: a filter"
              + " that copies); consume where Midplane forwards, on a bridge or in a segment");
    }
  }

  @Override
  public CompletableFuture<Void> close() {
    return engine.stop().thenRun(transmitter::close);
  }
}
