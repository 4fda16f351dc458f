package io.midplane.examples.lldp;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.PacketPort;
import io.midplane.packet.PortOptions;
import io.midplane.packet.frame.MacAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
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

  /** Opens an interface of this machine. Blocks: no. */
  public static CompletionStage<LldpLink> ofInterface(String name) {
    try {
      NetworkInterface face = NetworkInterface.getByName(name);
      byte[] address = face == null ? null : face.getHardwareAddress();
      if (address == null || address.length != MacAddress.LENGTH) {
        return CompletableFuture.failedStage(
            new MidplaneException(
                ErrorCode.NOT_FOUND, name + ": no Ethernet interface of this machine"));
      }
      return PacketPort.openAsync(name, PortOptions.defaults())
          .thenApply(port -> new LldpLink(port, MacAddress.read(address, 0)));
    } catch (SocketException e) {
      return CompletableFuture.failedStage(
          new MidplaneException(ErrorCode.IO_FAILED, name + ": its address cannot be read", e));
    }
  }
}
