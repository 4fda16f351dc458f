package io.midplane.packet.bpf;

import io.midplane.packet.bpf.Primitives.Direction;
import io.midplane.packet.frame.MacAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The words before an address or number, which say what is compared with it.
 *
 * @param first the first of them
 * @param proto in which protocol, or null
 * @param direction which of two
 * @param type what; null is a host
 */
record Qualifiers(Token first, @Nullable Proto proto, Direction direction, @Nullable Type type) {

  /** What an address or number is. */
  enum Type {
    HOST,
    NET,
    PORT,
    PORTRANGE,
    PROTO;

    static @Nullable Type named(Token token) {
      return Arrays.stream(values())
          .filter(type -> token.is(type.name().toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElse(null);
    }
  }

  /** The test for the address or number that comes next. */
  Expr of(Scanner in, Primitives primitives) {
    return switch (type == null ? Type.HOST : type) {
      case HOST, NET -> address(in, primitives);
      case PORT -> {
        checkPorts(in);
        int port = in.number("port", 0xffff);
        yield primitives.ports(port, port, proto, direction);
      }
      case PORTRANGE -> {
        checkPorts(in);
        yield range(in, primitives);
      }
      case PROTO -> protocol(in, primitives);
    };
  }

  // ---- ports

  private void checkPorts(Scanner in) {
    if (proto != null && !proto.hasPorts()) {
      throw in.fault(first, "ports of " + proto.word(), "tcp, udp, sctp or nothing before port");
    }
  }

  private Expr range(Scanner in, Primitives primitives) {
    Token token = in.peek();
    if (token.kind() != Token.Kind.RANGE) {
      int port = in.number("two ports with a hyphen, such as 6000-6008", 0xffff);
      return primitives.ports(port, port, proto, direction);
    }
    String[] ends = token.text().split("-");
    long from = in.value(new Token(Token.Kind.NUMBER, ends[0], token.position()));
    long to = in.value(new Token(Token.Kind.NUMBER, ends[1], token.position()));
    if (Math.max(from, to) > 0xffff) {
      throw in.fault(token, "ports " + token.text(), "0 to 65535");
    }
    in.next();
    return primitives.ports((int) Math.min(from, to), (int) Math.max(from, to), proto, direction);
  }

  // ---- protocols

  private Expr protocol(Scanner in, Primitives primitives) {
    if (direction != Direction.ANY) {
      throw in.fault(first, "a direction before proto", "none");
    }
    if (in.peek().kind() == Token.Kind.ESCAPED) {
      return namedProtocol(in, primitives);
    }
    return switch (proto) {
      case ETHER, LINK -> primitives.ethertype(in.number("an ethertype", 0xffff));
      case IP -> primitives.ipProtocol(in.number("a protocol number", 0xff));
      case IP6 -> primitives.ip6Protocol(in.number("a protocol number", 0xff));
      case null -> {
        int number = in.number("a protocol number", 0xff);
        yield Expr.or(primitives.ipProtocol(number), primitives.ip6Protocol(number));
      }
      default -> throw in.fault(first, "proto of " + proto.word(), "ether, ip or ip6 before proto");
    };
  }

  private Expr namedProtocol(Scanner in, Primitives primitives) {
    boolean ofLink = proto != null && proto.kind() == Proto.Kind.LINK;
    Optional<Proto> named = Proto.named(in.peek().text());
    Proto wanted =
        named
            .filter(one -> ofLink ? one.kind() == Proto.Kind.ETHERTYPE : one.isOverIp())
            .orElse(null);
    if (wanted == null) {
      String names =
          Arrays.stream(Proto.values())
              .filter(one -> ofLink ? one.kind() == Proto.Kind.ETHERTYPE : one.isOverIp())
              .map(one -> "\\" + one.word())
              .collect(Collectors.joining(", "));
      throw in.unexpected("a number or one of " + names);
    }
    in.next();
    return switch (proto) {
      case ETHER, LINK -> primitives.ethertype(wanted.number());
      case IP -> primitives.ipProtocol(wanted.number());
      case IP6 -> primitives.ip6Protocol(wanted.number());
      case null ->
          Expr.or(primitives.ipProtocol(wanted.number()), primitives.ip6Protocol(wanted.number()));
      default -> throw in.fault(first, "proto of " + proto.word(), "ether, ip or ip6 before proto");
    };
  }

  // ---- addresses

  private Expr address(Scanner in, Primitives primitives) {
    Token token = in.peek();
    return switch (token.kind()) {
      case MAC -> mac(in, primitives);
      case DOTTED, NUMBER -> ip(in, primitives);
      case IP6 -> ip6(in, primitives);
      case WORD, ESCAPED, RANGE, SYMBOL, END ->
          throw in.unexpected("an address in numbers (names are not looked up)");
    };
  }

  private Expr mac(Scanner in, Primitives primitives) {
    Token token = in.next();
    if (proto == null || proto.kind() != Proto.Kind.LINK || type == Type.NET) {
      throw in.fault(token, token.shown(), "an IP address, or ether host before it");
    }
    long bits = 0;
    for (String part : token.text().split("[:-]")) {
      bits = bits << 8 | Integer.parseInt(part, 16);
    }
    return primitives.etherHost(new MacAddress(bits), direction);
  }

  private Expr ip(Scanner in, Primitives primitives) {
    Token token = in.next();
    checkFamily(in, token, Proto.IP, Proto.ARP, Proto.RARP);
    boolean isNumber = token.kind() == Token.Kind.NUMBER;
    int parts = isNumber ? 4 : token.text().split("\\.").length;
    int address = isNumber ? (int) in.value(token) : dotted(in, token) << 32 - 8 * parts;
    int mask = parts == 4 ? -1 : -1 << 32 - 8 * parts;
    if (in.peek().is("/") || in.peek().is("mask")) {
      mask = mask(in);
    } else if (isNumber && type == Type.NET) {
      while (address != 0 && (address & 0xff000000) == 0) {
        address <<= 8;
        mask <<= 8;
      }
    }
    if ((address & ~mask) != 0) {
      throw in.fault(token, "bits behind the mask in " + token.shown(), "none");
    }
    return primitives.host(address, mask, proto, direction);
  }

  private int mask(Scanner in) {
    if (type != Type.NET) {
      throw in.unexpected("no mask, or net before the address");
    }
    if (in.next().is("/")) {
      int bits = in.number("bits of a mask", 32);
      return bits == 0 ? 0 : -1 << 32 - bits;
    }
    Token token = in.next();
    if (token.kind() != Token.Kind.DOTTED) {
      throw in.fault(token, token.shown(), "a mask such as 255.255.0.0");
    }
    return dotted(in, token) << 32 - 8 * token.text().split("\\.").length;
  }

  /** The parts of the text next to one another. */
  private static int dotted(Scanner in, Token token) {
    int value = 0;
    for (String part : token.text().split("\\.")) {
      int number = part.length() > 3 ? 256 : Integer.parseInt(part);
      if (number > 255) {
        throw in.fault(token, token.shown(), "an address such as 192.0.2.1");
      }
      value = value << 8 | number;
    }
    return value;
  }

  private Expr ip6(Scanner in, Primitives primitives) {
    Token token = in.next();
    checkFamily(in, token, Proto.IP6);
    Inet6Address address = inet6(in, token);
    int prefix = 128;
    if (in.peek().is("/")) {
      if (type != Type.NET) {
        throw in.unexpected("no mask, or net before the address");
      }
      in.next();
      prefix = in.number("bits of a prefix", 128);
    }
    byte[] bytes = address.getAddress();
    for (int bit = prefix; bit < 128; bit++) {
      if ((bytes[bit / 8] & 0x80 >>> bit % 8) != 0) {
        throw in.fault(token, "bits behind the prefix in " + token.shown(), "none");
      }
    }
    return primitives.host6(address, prefix, direction);
  }

  private static Inet6Address inet6(Scanner in, Token token) {
    try {
      // The brackets keep it from being looked up as a name.
      InetAddress address = InetAddress.getByName("[" + token.text() + "]");
      if (address instanceof Inet6Address inet6) {
        return inet6;
      }
    } catch (UnknownHostException e) {
      throw in.fault(token, token.shown(), "an IPv6 address such as 2001:db8::1");
    }
    throw in.fault(token, token.shown(), "an IPv6 address that is not an IPv4 one in disguise");
  }

  private void checkFamily(Scanner in, Token token, Proto... families) {
    if (proto != null && !Arrays.asList(families).contains(proto)) {
      String words = Arrays.stream(families).map(Proto::word).collect(Collectors.joining(", "));
      throw in.fault(token, token.shown() + " in " + proto.word(), words + " or nothing before it");
    }
  }
}
