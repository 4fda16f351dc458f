package io.midplane.node;

/** The commands for frames of this machine's interfaces. */
final class PacketCommands {
  private PacketCommands() {}

  static Command group() {
    return new CommandGroup("packet", "Shows interfaces, captures frames and sends them.")
        .with("interfaces", PacketInterfaces::new)
        .with("capture", PacketCapture::new)
        .with("send", PacketSend::new);
  }
}
