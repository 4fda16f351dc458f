package io.midplane.packet.segment;

import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.PortAddress;
import io.midplane.packet.link.Capture;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.CaptureSink;
import io.midplane.packet.link.Link;
import io.midplane.packet.link.SendResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The link of a port in memory: one interface of a machine, or all. */
final class MemoryLink implements Link {
  private final MemoryHost host;
  private final @Nullable MemoryInterface only;
  private final List<MemoryCapture> captures = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  MemoryLink(MemoryHost host, @Nullable MemoryInterface only) {
    this.host = host;
    this.only = only;
  }

  @Override
  public PortAddress address() {
    return only == null ? new PortAddress(ANY, 0, null) : address(only);
  }

  private static PortAddress address(MemoryInterface of) {
    return new PortAddress(of.name(), of.ifindex(), null);
  }

  @Override
  public Optional<PortAddress> find(String interfaceName) {
    return host.find(interfaceName)
        .filter(found -> only == null || only == found)
        .map(MemoryLink::address);
  }

  @Override
  public PortAddress address(int ifindex) {
    MemoryInterface found = host.get(ifindex);
    return found == null ? new PortAddress("", ifindex, null) : address(found);
  }

  @Override
  public boolean carriesFrames() {
    return true;
  }

  @Override
  public synchronized CompletableFuture<Capture> capture(
      BpfProgram filter, CaptureSettings settings, CaptureSink sink) {
    if (closed) {
      return CompletableFuture.failedFuture(MemoryCapture.closed());
    }
    SegmentClock clock =
        only != null
            ? only.clock()
            : host.interfaces().isEmpty()
                ? SegmentClock.system()
                : host.interfaces().getFirst().clock();
    var capture =
        new MemoryCapture(
            only == null ? 0 : only.ifindex(), clock, filter, settings, sink, this::forget);
    captures.add(capture);
    host.captures().add(capture);
    return CompletableFuture.completedFuture(capture);
  }

  private void forget(MemoryCapture ended) {
    captures.remove(ended);
    host.captures().remove(ended);
  }

  @Override
  public SendResult send(byte[] bytes, int offset, int length, int ifindex) {
    MemoryInterface through = only != null ? only : host.get(ifindex);
    return closed || through == null ? SendResult.GONE : through.send(bytes, offset, length);
  }

  @Override
  public void send(FrameBatch batch, int ifindex, SendResult[] results) {
    for (int i = 0; i < batch.size(); i++) {
      byte[] wire = new byte[batch.wireLength(i)];
      batch.writeWire(i, wire, 0);
      results[i] = send(wire, 0, wire.length, ifindex);
    }
  }

  @Override
  public void join(MacAddress group) {
    // The segment delivers every frame to every port, as a cable does.
  }

  @Override
  public void leave(MacAddress group) {
    // As for join.
  }

  @Override
  public void promiscuous(boolean on) {
    // As for join.
  }

  @Override
  public void consume(Object owner, @Nullable BpfProgram program) {
    List<MemoryInterface> concerned = only == null ? host.interfaces() : List.of(only);
    for (MemoryInterface each : concerned) {
      if (program == null) {
        each.consuming().remove(owner);
      } else {
        each.consuming().put(owner, program);
      }
    }
  }

  @Override
  public synchronized CompletableFuture<Void> close() {
    closed = true;
    List<CompletableFuture<?>> ending =
        captures.stream().<CompletableFuture<?>>map(MemoryCapture::close).toList();
    return CompletableFuture.allOf(ending.toArray(CompletableFuture[]::new));
  }
}
