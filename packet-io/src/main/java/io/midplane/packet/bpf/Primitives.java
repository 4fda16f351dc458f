package io.midplane.packet.bpf;

import static io.midplane.packet.bpf.Expr.and;
import static io.midplane.packet.bpf.Expr.not;
import static io.midplane.packet.bpf.Expr.or;

import io.midplane.packet.bpf.Expr.Arithmetic;
import io.midplane.packet.bpf.Expr.Base;
import io.midplane.packet.bpf.Expr.Compare;
import io.midplane.packet.bpf.Expr.Comparison;
import io.midplane.packet.bpf.Expr.Field;
import io.midplane.packet.frame.MacAddress;
import java.net.Inet6Address;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The tests that expressions are made of, as trees over fields. The order of the tests is that of
 * tcpdump's programs, because a load outside of the frame ends them.
 *
 * @param tags how many VLAN tags stand before what is asked about
 */
record Primitives(int tags) {
  private static final int ETHERNET_MTU = 1500;
  private static final int FRAGMENT_HEADER = 44;
  private static final int FRAGMENT_OFFSET = 0x1fff;
  private static final int IP6_HEADER_LENGTH = 40;

  /** Which of two addresses or ports. */
  enum Direction {
    ANY,
    SOURCE,
    DESTINATION,
    BOTH;

    /** The test of this direction, of one that tests the source or the destination. */
    Expr of(Expr source, Expr destination) {
      return switch (this) {
        case ANY -> or(source, destination);
        case SOURCE -> source;
        case DESTINATION -> destination;
        case BOTH -> and(source, destination);
      };
    }
  }

  private Expr is(Base base, int offset, int width, int value) {
    return compare(base, offset, width, Comparison.EQUAL, value);
  }

  private Expr compare(Base base, int offset, int width, Comparison comparison, int value) {
    return new Compare(new Field(base, offset, width, tags), -1, comparison, value);
  }

  // ---- link layer

  Expr etherHost(MacAddress address, Direction direction) {
    return direction.of(mac(6, address), mac(0, address));
  }

  private Expr mac(int offset, MacAddress address) {
    return and(
        is(Base.FRAME, offset + 2, 4, (int) address.bits()),
        is(Base.FRAME, offset, 2, (int) (address.bits() >>> 32)));
  }

  Expr etherMulticast() {
    return compare(Base.FRAME, 0, 1, Comparison.ANY_BIT, 1);
  }

  Expr etherBroadcast() {
    return mac(0, MacAddress.BROADCAST);
  }

  /** An ethertype, or from 1500 down a service access point of 802.2. */
  Expr ethertype(int type) {
    Expr plain = is(Base.TYPE, 0, 2, type);
    if (type == Proto.ATALK.number()) {
      return or(plain, and(isLength(), snap(0x080007, type)));
    }
    if (type == Proto.AARP.number()) {
      return or(plain, and(isLength(), snap(0, type)));
    }
    if (type == Proto.IPX.number()) {
      Expr inLlc = or(is(Base.PAYLOAD, 0, 1, type), is(Base.PAYLOAD, 0, 2, 0xffff));
      return or(is(Base.TYPE, 0, 2, 0x8137), and(isLength(), or(snap(0, 0x8137), inLlc)));
    }
    if (type > ETHERNET_MTU) {
      return plain;
    }
    boolean bothPoints =
        type == Proto.ISO.number() || type == 0x06 || type == Proto.NETBEUI.number();
    Expr points =
        bothPoints ? is(Base.PAYLOAD, 0, 2, type << 8 | type) : is(Base.PAYLOAD, 0, 1, type);
    return and(isLength(), points);
  }

  private Expr isLength() {
    return not(compare(Base.TYPE, 0, 2, Comparison.GREATER, ETHERNET_MTU));
  }

  private Expr snap(int organization, int type) {
    return and(
        is(Base.PAYLOAD, 4, 4, organization << 16 | type),
        is(Base.PAYLOAD, 0, 4, 0xaaaa0300 | organization >>> 16));
  }

  // ---- protocols

  Expr proto(Proto proto) {
    return switch (proto.kind()) {
      case LINK -> new Expr.Constant(true);
      case ETHERTYPE -> ethertype(proto.number());
      case IPV4 -> ipProtocol(proto.number());
      case IPV6 -> ip6Protocol(proto.number());
      case BOTH -> or(ipProtocol(proto.number()), ip6Protocol(proto.number()));
    };
  }

  Expr ipProtocol(int number) {
    return and(ip(), is(Base.PAYLOAD, 9, 1, number));
  }

  /** In the IPv6 header, or behind a fragment header. */
  Expr ip6Protocol(int number) {
    return and(
        ip6(),
        or(
            is(Base.PAYLOAD, 6, 1, number),
            and(
                is(Base.PAYLOAD, 6, 1, FRAGMENT_HEADER),
                is(Base.PAYLOAD, IP6_HEADER_LENGTH, 1, number))));
  }

  private Expr ip() {
    return ethertype(Proto.IP.number());
  }

  private Expr ip6() {
    return ethertype(Proto.IP6.number());
  }

  // ---- IPv4 and IPv6 addresses

  /** In IP, ARP or RARP, or in the one that is named. */
  Expr host(int address, int mask, @Nullable Proto proto, Direction direction) {
    if (proto != null) {
      return hostIn(proto, address, mask, direction);
    }
    return or(
        hostIn(Proto.IP, address, mask, direction),
        or(
            hostIn(Proto.ARP, address, mask, direction),
            hostIn(Proto.RARP, address, mask, direction)));
  }

  private Expr hostIn(Proto proto, int address, int mask, Direction direction) {
    int source = proto == Proto.IP ? 12 : 14;
    int destination = proto == Proto.IP ? 16 : 24;
    return and(
        proto(proto),
        direction.of(masked(source, address, mask), masked(destination, address, mask)));
  }

  private Expr masked(int offset, int value, int mask) {
    return new Compare(new Field(Base.PAYLOAD, offset, 4, tags), mask, Comparison.EQUAL, value);
  }

  Expr host6(Inet6Address address, int prefix, Direction direction) {
    byte[] bytes = address.getAddress();
    return and(ip6(), direction.of(words(8, bytes, prefix), words(24, bytes, prefix)));
  }

  private Expr words(int offset, byte[] address, int prefix) {
    Expr all = new Expr.Constant(true);
    for (int word = 3; word >= 0; word--) {
      int bits = Math.clamp(prefix - 32L * word, 0, 32);
      int mask = bits == 0 ? 0 : -1 << (32 - bits);
      int value =
          (address[4 * word] & 0xff) << 24
              | (address[4 * word + 1] & 0xff) << 16
              | (address[4 * word + 2] & 0xff) << 8
              | address[4 * word + 3] & 0xff;
      all = mask == 0 ? all : and(masked(offset + 4 * word, value, mask), all);
    }
    return all;
  }

  Expr ipBroadcast() {
    return and(ip(), or(is(Base.PAYLOAD, 16, 4, 0), is(Base.PAYLOAD, 16, 4, -1)));
  }

  Expr ipMulticast() {
    return and(ip(), compare(Base.PAYLOAD, 16, 1, Comparison.AT_LEAST, 224));
  }

  Expr ip6Multicast() {
    return and(ip6(), is(Base.PAYLOAD, 24, 1, 0xff));
  }

  // ---- ports

  /** Ports of TCP, UDP and SCTP, or of the one that is named; of first fragments only. */
  Expr ports(int from, int to, @Nullable Proto proto, Direction direction) {
    Expr inIp6 =
        and(
            ip6(),
            and(
                portProtocol(6, proto),
                ports(Base.PAYLOAD, IP6_HEADER_LENGTH, from, to, direction)));
    Expr firstFragment = not(compare(Base.PAYLOAD, 6, 2, Comparison.ANY_BIT, FRAGMENT_OFFSET));
    Expr inIp =
        and(
            ip(),
            and(
                portProtocol(9, proto),
                and(firstFragment, ports(Base.TRANSPORT, 0, from, to, direction))));
    return or(inIp6, inIp);
  }

  private Expr portProtocol(int offset, @Nullable Proto proto) {
    IntFunction<Expr> isProtocol = number -> is(Base.PAYLOAD, offset, 1, number);
    return proto != null
        ? isProtocol.apply(proto.number())
        : or(
            isProtocol.apply(Proto.SCTP.number()),
            or(isProtocol.apply(Proto.TCP.number()), isProtocol.apply(Proto.UDP.number())));
  }

  private Expr ports(Base base, int offset, int from, int to, Direction direction) {
    return direction.of(port(base, offset, from, to), port(base, offset + 2, from, to));
  }

  private Expr port(Base base, int offset, int from, int to) {
    return from == to
        ? is(base, offset, 2, from)
        : and(
            compare(base, offset, 2, Comparison.AT_LEAST, from),
            not(compare(base, offset, 2, Comparison.GREATER, to)));
  }

  // ---- bytes

  /** Bytes of a protocol's header from an index on; null if the protocol has no such form. */
  @Nullable Arithmetic load(Proto proto, Arithmetic index, int width) {
    return switch (proto.kind()) {
      case LINK -> load(Base.FRAME, 0, width, index, new Expr.Constant(true));
      case ETHERTYPE -> load(Base.PAYLOAD, 0, width, index, proto(proto));
      case IPV6 ->
          load(
              Base.PAYLOAD,
              IP6_HEADER_LENGTH,
              width,
              index,
              and(ip6(), is(Base.PAYLOAD, 6, 1, proto.number())));
      case IPV4, BOTH -> {
        if (proto == Proto.AH || proto == Proto.ESP) {
          yield null;
        }
        Expr first = not(compare(Base.PAYLOAD, 6, 2, Comparison.ANY_BIT, FRAGMENT_OFFSET));
        yield load(Base.TRANSPORT, 0, width, index, and(ipProtocol(proto.number()), first));
      }
    };
  }

  private Arithmetic load(Base base, int offset, int width, Arithmetic index, Expr guard) {
    return new Arithmetic.Load(new Field(base, offset, width, tags), index, guard);
  }

  /** Compares two numbers where all fields they are made of make sense. */
  static Expr relation(Arithmetic left, Comparison comparison, Arithmetic right, boolean opposite) {
    Expr compared = new Expr.Relation(left, comparison, right);
    return and(guard(left), and(guard(right), opposite ? not(compared) : compared));
  }

  private static Expr guard(Arithmetic number) {
    return switch (number) {
      case Arithmetic.Number _, Arithmetic.Length _ -> new Expr.Constant(true);
      case Arithmetic.Load(_, var index, var guard) -> and(guard(index), guard);
      case Arithmetic.Binary(_, var left, var right) -> and(guard(left), guard(right));
    };
  }
}
