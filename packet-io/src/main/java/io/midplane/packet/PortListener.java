package io.midplane.packet;

import io.midplane.packet.link.LinkListener;

/** Hears how a port fares, on its link's thread; must not block. */
public interface PortListener extends LinkListener {
  /** Does not listen. */
  PortListener NONE = new PortListener() {};

  @Override
  default void linkDown(int ifindex) {}

  @Override
  default void linkUp(int ifindex) {}

  @Override
  default void gone(int ifindex) {}

  /** The port is closed; nothing comes after this. */
  default void closed() {}
}
