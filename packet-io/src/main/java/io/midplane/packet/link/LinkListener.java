package io.midplane.packet.link;

/** Hears how a link fares, on the link's thread; must not block. */
public interface LinkListener {

  /** It carries no frames any more: taken down, or the cable is out. Open captures stay. */
  void linkDown(int ifindex);

  /** It carries frames again. */
  void linkUp(int ifindex);

  /** The interface does not exist any more. */
  void gone(int ifindex);
}
