package io.midplane.packet;

import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.link.Link;

/** Two network namespaces joined by a veth pair. */
final class LinuxWiring implements Wiring {
  private final Namespaces namespaces = new Namespaces();
  private final String left;
  private final String right;

  LinuxWiring() {
    left = namespaces.add("l");
    right = namespaces.add("r");
    namespaces.cable(left, "va", right, "vb", 1500);
  }

  Namespaces namespaces() {
    return namespaces;
  }

  String leftName() {
    return left;
  }

  String rightName() {
    return right;
  }

  @Override
  public PacketPort left(PortOptions options) {
    return PacketPort.open("va", options.withVirtualRouter(left));
  }

  @Override
  public PacketPort right(PortOptions options) {
    return PacketPort.open("vb", options.withVirtualRouter(right));
  }

  @Override
  public PacketPort right(BpfProgram filter, PortOptions options) {
    return PacketPort.open("vb", filter, options.withVirtualRouter(right));
  }

  @Override
  public PacketPort any(BpfProgram filter, PortOptions options) {
    return PacketPort.open(Link.ANY, filter, options.withVirtualRouter(right));
  }

  @Override
  public PacketPort missing(String name) {
    return PacketPort.open(name, PortOptions.defaults().withVirtualRouter(right));
  }

  @Override
  public PacketPort anotherCable(String rightName) {
    String leftName = rightName + "x";
    namespaces.cable(left, leftName, right, rightName, 1500);
    return PacketPort.open(leftName, PortOptions.defaults().withVirtualRouter(left));
  }

  @Override
  public void close() {
    namespaces.close();
  }
}
