package io.midplane.packet;

import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.link.Link;
import io.midplane.packet.link.LinkListener;
import io.midplane.packet.linux.LinuxLink;
import io.midplane.packet.linux.NetworkNamespace;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Opens ports, and closes again what was opened only in part. */
final class Opening implements LinkListener {
  private final PortOptions options;
  private final CompletableFuture<PacketPort> port = new CompletableFuture<>();

  private Opening(PortOptions options) {
    this.options = options;
  }

  /** Opens an interface of Linux. */
  static LinkOpener linux(String interfaceName, PortOptions options) {
    var namespace = new NetworkNamespace(options.virtualRouter());
    return listener -> LinuxLink.open(interfaceName, namespace, listener);
  }

  /** Waits for a port, where waiting is allowed. */
  static PacketPort await(
      String interfaceName, CompletableFuture<PacketPort> opened, PortOptions options) {
    return new Waits(options.gate()).await("open " + interfaceName, "openAsync()", opened);
  }

  /** A port as users get it. */
  static CompletionStage<PacketPort> later(
      CompletableFuture<PacketPort> opened, PortOptions options) {
    return new Waits(options.gate()).later("open a port", opened);
  }

  static CompletableFuture<PacketPort> of(LinkOpener opener, PortOptions options) {
    var opening = new Opening(options);
    return opener.open(opening).thenCompose(opening::finish);
  }

  static CompletableFuture<PacketPort> of(
      LinkOpener opener, BpfProgram filter, PortOptions options) {
    return of(opener, options)
        .thenCompose(opened -> {
          String name = PacketPort.FIRST_FILTER;
          return opened
              .inbox()
              .change(set -> set.with(name, PortFilter.copy(filter)))
              .handle((done, failure) -> orClosed(opened, failure))
              .thenCompose(stage -> stage);
        });
  }

  private CompletableFuture<PacketPort> finish(Link link) {
    var opened = new PacketPort(link, options, new CompletableFuture<>());
    try {
      if (options.promiscuous()) {
        link.promiscuous(true);
      }
      port.complete(opened);
      return port;
    } catch (RuntimeException e) {
      return orClosed(opened, e);
    }
  }

  private static CompletableFuture<PacketPort> orClosed(
      PacketPort opened, @Nullable Throwable failure) {
    if (failure == null) {
      return CompletableFuture.completedFuture(opened);
    }
    return opened.end().thenCompose(done -> CompletableFuture.failedFuture(failure));
  }

  @Override
  public void linkDown(int ifindex) {
    options.listener().linkDown(ifindex);
  }

  @Override
  public void linkUp(int ifindex) {
    options.listener().linkUp(ifindex);
  }

  @Override
  public void gone(int ifindex) {
    options.listener().gone(ifindex);
    var unused =
        port.thenAccept(opened -> {
          if (opened.address().ifindex() == ifindex) {
            var ending = opened.end();
          }
        });
  }
}
