package io.midplane.examples.lldp;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.PacketPort;
import io.midplane.packet.PortOptions;
import io.midplane.packet.VirtualRouter;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.linux.InterfaceInfo;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * An open port and the address that it sends from.
 *
 * @param port the port; whoever has the link closes it
 * @param address its hardware address
 */
public record LldpLink(PacketPort port, MacAddress address) {

  /** Opens the link of an interface's name. */
  @FunctionalInterface
  public interface Opener {
    /** Opens it. Blocks: no. */
    CompletionStage<LldpLink> open(String name);
  }

  /**
   * Opens interfaces of a virtual router.
   *
   * @param virtualRouter its name; empty for where this program runs
   */
  public static Opener inRouter(String virtualRouter) {
    return name ->
        VirtualRouter.of(virtualRouter)
            .interfacesAsync()
            .thenCompose(interfaces -> {
              MacAddress address = address(interfaces, name);
              PortOptions options = PortOptions.defaults().withVirtualRouter(virtualRouter);
              return PacketPort.openAsync(name, options)
                  .thenApply(port -> new LldpLink(port, address));
            });
  }

  private static MacAddress address(List<InterfaceInfo> interfaces, String name) {
    return interfaces.stream()
        .filter(one -> one.name().equals(name))
        .map(InterfaceInfo::address)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow(() ->
            new MidplaneException(
                ErrorCode.NOT_FOUND,
                name + ": no such Ethernet interface; see midplane packet interfaces"));
  }
}
