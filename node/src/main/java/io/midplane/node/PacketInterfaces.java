package io.midplane.node;

import com.fasterxml.jackson.core.JsonGenerator;
import io.midplane.packet.VirtualRouter;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.linux.InterfaceInfo;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code packet interfaces}: what frames can be captured on and sent through. */
final class PacketInterfaces implements Command {
  @Override
  public String name() {
    return "interfaces";
  }

  @Override
  public String summary() {
    return "Lists the interfaces of this machine, or of a virtual router.";
  }

  @Override
  public void declare(CommandSpec spec) {
    PacketOptions.declareRouter(spec);
  }

  @Override
  public int run(ParseResult line, CommandContext context) {
    List<InterfaceInfo> interfaces = VirtualRouter.of(PacketOptions.router(line)).interfaces();
    if (context.json()) {
      JsonLines lines = new JsonLines(context.out());
      interfaces.forEach(info -> lines.print(json -> write(json, info)));
      return ExitStatus.OK;
    }
    Listing listing =
        new Listing(context.out(), List.of("number", "name", "state", "mtu", "address"));
    for (InterfaceInfo info : interfaces) {
      String address = address(info);
      listing.add(
          List.of(
              (long) info.ifindex(),
              info.name(),
              state(info),
              (long) info.mtu(),
              address == null ? "-" : address));
    }
    listing.end();
    return ExitStatus.OK;
  }

  /** {@code up} carries frames; {@code no-carrier} is switched on, but its cable is not. */
  private static String state(InterfaceInfo info) {
    if (info.carriesFrames()) {
      return "up";
    }
    return info.isUp() ? "no-carrier" : "down";
  }

  private static @Nullable String address(InterfaceInfo info) {
    MacAddress address = info.address();
    return address == null ? null : address.toString();
  }

  private static void write(JsonGenerator json, InterfaceInfo info) throws IOException {
    json.writeNumberField("ifindex", info.ifindex());
    json.writeStringField("name", info.name());
    json.writeStringField("state", state(info));
    json.writeNumberField("mtu", info.mtu());
    json.writeStringField("address", address(info));
    json.writeBooleanField("loopback", info.isLoopback());
    json.writeBooleanField("promiscuous", info.isPromiscuous());
  }
}
