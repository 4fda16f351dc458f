package io.midplane.packet.segment;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.LinkOpener;
import io.midplane.packet.PacketPort;
import io.midplane.packet.PortOptions;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.PacketIoError;
import io.midplane.packet.frame.PacketIoException;
import io.midplane.packet.link.Link;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A machine in memory: interfaces on segments, one or several, and {@code any} for all of them.
 * Thread-safe.
 */
public final class MemoryHost {
  private final List<MemoryInterface> interfaces = new CopyOnWriteArrayList<>();
  private final List<MemoryCapture> captures = new CopyOnWriteArrayList<>();

  /** A machine without interfaces. */
  public MemoryHost() {}

  /** Adds an interface to a segment; ports on {@code any} see it from now on. */
  public synchronized MemoryHost attach(String name, LoopbackSegment segment) {
    if (name.equals(Link.ANY) || name.isBlank() || find(name).isPresent()) {
      throw new MidplaneException(
          ErrorCode.ALREADY_EXISTS,
          "interface name: \"" + name + "\" (expected: one that is not in use, and not any)");
    }
    var added = new MemoryInterface(this, segment, name, interfaces.size() + 1);
    interfaces.add(added);
    segment.attach(added);
    return this;
  }

  Optional<MemoryInterface> find(String name) {
    return interfaces.stream().filter(one -> one.name().equals(name)).findFirst();
  }

  @Nullable MemoryInterface get(int ifindex) {
    return ifindex >= 1 && ifindex <= interfaces.size() ? interfaces.get(ifindex - 1) : null;
  }

  List<MemoryInterface> interfaces() {
    return interfaces;
  }

  /** Opens an interface, or {@code any}; nothing is received before a filter is set. */
  public PacketPort open(String name, PortOptions options) {
    return joined(PacketPort.over(opener(name), options).toCompletableFuture());
  }

  /** Opens an interface, or {@code any}, and receives what the program wants. */
  public PacketPort open(String name, BpfProgram filter, PortOptions options) {
    return joined(PacketPort.over(opener(name), filter, options).toCompletableFuture());
  }

  private static PacketPort joined(CompletableFuture<PacketPort> opening) {
    try {
      return opening.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof MidplaneException known ? known : e;
    }
  }

  /** Opens the link of an interface, or of {@code any}. */
  public LinkOpener opener(String name) {
    return listener -> {
      if (name.equals(Link.ANY)) {
        return CompletableFuture.completedFuture(new MemoryLink(this, null));
      }
      MemoryInterface found =
          find(name)
              .orElseThrow(() ->
                  new PacketIoException(
                      new PacketIoError(PacketIoError.Kind.NO_SUCH_INTERFACE, name, "", 0),
                      "cannot open " + name + ": no such interface (ENODEV); attach it first"));
      return CompletableFuture.completedFuture(new MemoryLink(this, found));
    };
  }

  List<MemoryCapture> captures() {
    return captures;
  }
}
