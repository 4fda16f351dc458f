package io.midplane.packet.codec;

import io.midplane.packet.frame.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames apart, header by header.
 *
 * {@snippet :
 * List<Layer> layers = Packets.decode(frame);
 * Optional<Lldp> lldp = Packets.find(layers, Lldp.class);
 * }
 */
public final class Packets {
  private static final int MAX_LAYERS = 16;
  private static final int IPV4_IN_IP = 4;
  private static final int IPV6_IN_IP = 41;

  private Packets() {}

  /**
   * The headers of a frame from the outside in. What is not understood, or is damaged, is the
   * payload of the last one.
   *
   * @throws CodecException if not even the first header is all there
   */
  public static List<Layer> decode(Frame frame) {
    return decode(Ethernet.decode(frame));
  }

  /** The same of bytes with all tags in them. */
  public static List<Layer> decode(Octets frame) {
    return decode(Ethernet.decode(frame));
  }

  private static List<Layer> decode(Ethernet ethernet) {
    List<Layer> layers = new ArrayList<>(5);
    Layer layer = ethernet;
    try {
      while (layer != null && layers.size() < MAX_LAYERS) {
        layers.add(layer);
        layer = next(layer);
      }
    } catch (CodecException e) {
      // What is damaged stays what the layer before carries.
    }
    return layers;
  }

  /** The first layer of a kind, if there is one. */
  public static <T extends Layer> Optional<T> find(List<Layer> layers, Class<T> kind) {
    return layers.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  /** The frequent ones stand first: a switch over types asks for one after the other. */
  private static @Nullable Layer next(Layer layer) {
    return switch (layer) {
      case Ethernet ethernet -> behind(ethernet);
      case Ipv4 ip -> behind(ip);
      case Tcp _ -> null;
      case Udp udp -> behind(udp);
      case Ipv6 ip -> behind(ip);
      case Llc llc -> behind(llc);
      case Snap snap -> behind(snap);
      case Arp _, Icmp _, Icmpv6 _, Igmp _, Dhcp _, Lldp _, Stp _, Lacp _, Cdp _, Edp _ -> null;
    };
  }

  private static @Nullable Layer behind(Ethernet ethernet) {
    return ethernet.isLength()
        ? Llc.decode(ethernet.content())
        : ofType(ethernet.type(), ethernet.payload());
  }

  private static @Nullable Layer behind(Ipv4 ip) {
    return ip.isLaterFragment() ? null : ofProtocol(ip.protocol(), ip.payload());
  }

  private static @Nullable Layer behind(Ipv6 ip) {
    return ip.isLaterFragment() ? null : ofProtocol(ip.protocol(), ip.payload());
  }

  private static @Nullable Layer behind(Udp udp) {
    return isDhcp(udp) ? Dhcp.decode(udp.payload()) : null;
  }

  private static @Nullable Layer ofType(int type, Octets payload) {
    return switch (type) {
      case Ethernet.IPV4 -> Ipv4.decode(payload);
      case Ethernet.IPV6 -> Ipv6.decode(payload);
      case Ethernet.ARP -> Arp.decode(payload);
      case Ethernet.LLDP -> Lldp.decode(payload);
      case Ethernet.SLOW ->
          !payload.isEmpty() && payload.uint8(0) == Lacp.SUBTYPE ? Lacp.decode(payload) : null;
      default -> null;
    };
  }

  private static @Nullable Layer ofProtocol(int protocol, Octets payload) {
    return switch (protocol) {
      case Ipv4.TCP -> Tcp.decode(payload);
      case Ipv4.UDP -> Udp.decode(payload);
      case Ipv4.ICMP -> Icmp.decode(payload);
      case Ipv4.ICMPV6 -> Icmpv6.decode(payload);
      case Ipv4.IGMP -> Igmp.decode(payload);
      case IPV4_IN_IP -> Ipv4.decode(payload);
      case IPV6_IN_IP -> Ipv6.decode(payload);
      default -> null;
    };
  }

  private static @Nullable Layer behind(Llc llc) {
    if (llc.control() != Llc.UNNUMBERED) {
      return null;
    }
    return switch (llc.destination()) {
      case Llc.STP -> Stp.decode(llc.payload());
      case Llc.SNAP -> Snap.decode(llc.payload());
      default -> null;
    };
  }

  private static @Nullable Layer behind(Snap snap) {
    return switch (snap.organization()) {
      case 0 -> ofType(snap.type(), snap.payload());
      case Snap.CISCO -> snap.type() == Cdp.TYPE ? Cdp.decode(snap.payload()) : null;
      case Snap.EXTREME -> snap.type() == Edp.TYPE ? Edp.decode(snap.payload()) : null;
      default -> null;
    };
  }

  private static boolean isDhcp(Udp udp) {
    return isDhcp(udp.sourcePort()) && isDhcp(udp.destinationPort());
  }

  private static boolean isDhcp(int port) {
    return port == Dhcp.SERVER_PORT || port == Dhcp.CLIENT_PORT;
  }
}
