package io.midplane.packet.bpf;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.bpf.Primitives.Direction;
import io.midplane.packet.frame.MacAddress;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Says which frames are wanted: an expression of tcpdump, or a tree built in code.
 *
 * {@snippet :
 * Filter lldp = Filter.ethertype(0x88cc);
 * Filter dns = Filter.parse("udp port 53 and not host 192.0.2.1");
 * Filter both = Filter.vlan(10).and(lldp.or(dns));
 * }
 *
 * <p>It has two programs, because the kernel keeps the outer VLAN tag of a live frame beside the
 * bytes: {@link #program} for ports and everything that comes from them, {@link #fileProgram} for
 * bytes as they were on the wire. What stands to the right of a {@code vlan} in {@link #and} is
 * looked for behind that tag. Immutable and thread-safe; nothing blocks.
 */
public final class Filter {
  private final Expr expr;
  private final int tags;
  private final int tests;
  private final String text;

  private Filter(Expr expr, int tags, int tests, String text) {
    if (tests > Parser.MAX_TESTS) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          "filter: %d tests (expected: at most %d); use several filters"
              .formatted(tests, Parser.MAX_TESTS));
    }
    this.expr = expr;
    this.tags = tags;
    this.tests = tests;
    this.text = text;
  }

  private static Filter of(Expr expr, String text) {
    return new Filter(expr, 0, 1, text);
  }

  // ---- expressions

  /**
   * Reads an expression in the language of tcpdump, as {@code docs/reference/filters.md} has it. An
   * empty one wants everything.
   *
   * @throws FilterSyntaxException with the place and what was expected there
   */
  public static Filter parse(String expression) {
    Parser.Parsed parsed = Parser.parse(expression);
    return new Filter(parsed.expr(), parsed.tags(), parsed.tests(), expression.strip());
  }

  // ---- builders

  /** Every frame. */
  public static Filter all() {
    return of(new Expr.Constant(true), "");
  }

  /** Frames of an ethertype, or of a service access point of 802.2 if it is 1500 or less. */
  public static Filter ethertype(int type) {
    check("ethertype", type, 0xffff);
    return of(primitives().ethertype(type), "ether proto 0x" + Integer.toHexString(type));
  }

  /** Frames to or from a station. */
  public static Filter etherHost(MacAddress address) {
    return of(primitives().etherHost(address, Direction.ANY), "ether host " + address);
  }

  /** Frames from a station. */
  public static Filter etherSource(MacAddress address) {
    return of(primitives().etherHost(address, Direction.SOURCE), "ether src " + address);
  }

  /** Frames to a station or group. */
  public static Filter etherDestination(MacAddress address) {
    return of(primitives().etherHost(address, Direction.DESTINATION), "ether dst " + address);
  }

  /** Frames to all stations. */
  public static Filter broadcast() {
    return of(primitives().etherBroadcast(), "ether broadcast");
  }

  /** Frames to a group of stations. */
  public static Filter multicast() {
    return of(primitives().etherMulticast(), "ether multicast");
  }

  /** Frames with a VLAN tag. */
  public static Filter vlan() {
    return new Filter(new Expr.Tag(0), 1, 1, "vlan");
  }

  /** Frames whose outer VLAN tag has an id, 0 to 4095. */
  public static Filter vlan(int id) {
    check("vlan id", id, 0xfff);
    return new Filter(Expr.and(new Expr.Tag(0), new Expr.TagId(0, id)), 1, 1, "vlan " + id);
  }

  /** ARP. */
  public static Filter arp() {
    return of(primitives().proto(Proto.ARP), "arp");
  }

  /** IPv4. */
  public static Filter ip() {
    return of(primitives().proto(Proto.IP), "ip");
  }

  /** IPv6. */
  public static Filter ip6() {
    return of(primitives().proto(Proto.IP6), "ip6");
  }

  /** ICMP for IPv4. */
  public static Filter icmp() {
    return of(primitives().proto(Proto.ICMP), "icmp");
  }

  /** ICMP for IPv6. */
  public static Filter icmp6() {
    return of(primitives().proto(Proto.ICMP6), "icmp6");
  }

  /** TCP over IPv4 or IPv6. */
  public static Filter tcp() {
    return of(primitives().proto(Proto.TCP), "tcp");
  }

  /** UDP over IPv4 or IPv6. */
  public static Filter udp() {
    return of(primitives().proto(Proto.UDP), "udp");
  }

  /** To or from an address: in IPv4, ARP and RARP, or in IPv6. */
  public static Filter host(InetAddress address) {
    return of(host(address, Direction.ANY), "host " + address.getHostAddress());
  }

  /** From an address. */
  public static Filter source(InetAddress address) {
    return of(host(address, Direction.SOURCE), "src host " + address.getHostAddress());
  }

  /** To an address. */
  public static Filter destination(InetAddress address) {
    return of(host(address, Direction.DESTINATION), "dst host " + address.getHostAddress());
  }

  /** To or from a port of TCP, UDP or SCTP. */
  public static Filter port(int port) {
    return of(ports(port, Direction.ANY), "port " + port);
  }

  /** From a port. */
  public static Filter sourcePort(int port) {
    return of(ports(port, Direction.SOURCE), "src port " + port);
  }

  /** To a port. */
  public static Filter destinationPort(int port) {
    return of(ports(port, Direction.DESTINATION), "dst port " + port);
  }

  private static Primitives primitives() {
    return new Primitives(0);
  }

  private static Expr ports(int port, Direction direction) {
    check("port", port, 0xffff);
    return primitives().ports(port, port, null, direction);
  }

  private static Expr host(InetAddress address, Direction direction) {
    return switch (address) {
      case Inet6Address inet6 -> primitives().host6(inet6, 128, direction);
      case Inet4Address inet4 ->
          primitives().host(ByteBuffer.wrap(inet4.getAddress()).getInt(), -1, null, direction);
      default -> throw new AssertionError(address);
    };
  }

  private static void check(String what, int value, int most) {
    if (value < 0 || value > most) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, what + ": " + value + " (expected: 0 to " + most + ")");
    }
  }

  // ---- combining

  /**
   * What both want. If this one asks for a VLAN tag, the other looks behind it.
   *
   * @throws MidplaneException LIMIT_EXCEEDED if both together are over 1000 tests
   */
  public Filter and(Filter other) {
    return new Filter(
        Expr.and(expr, TagRewriting.behind(tags, other.expr)),
        tags + other.tags,
        tests + other.tests,
        "(" + text + ") and (" + other.text + ")");
  }

  /** What at least one of both wants; throws as {@link #and}. */
  public Filter or(Filter other) {
    return new Filter(
        Expr.or(expr, other.expr),
        Math.min(tags, other.tags),
        tests + other.tests,
        "(" + text + ") or (" + other.text + ")");
  }

  /** What this one does not want. */
  public Filter not() {
    return new Filter(Expr.not(expr), 0, tests, "not (" + text + ")");
  }

  // ---- programs

  /**
   * The program for live frames, whose outer tag may stand beside the bytes.
   *
   * @throws MidplaneException LIMIT_EXCEEDED if it is longer than a kernel takes
   */
  public BpfProgram program() {
    return Compiler.compile(TagRewriting.live(expr));
  }

  /**
   * The program for frames with all tags in their bytes, as in files.
   *
   * @throws MidplaneException LIMIT_EXCEEDED if it is longer than a kernel takes; UNSUPPORTED if
   *     the filter asks for an interface or a direction, which bytes do not show
   */
  public BpfProgram fileProgram() {
    if (TagRewriting.asksKernel(expr)) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          "filter \"%s\" asks for a direction or an interface (expected: what the bytes of a frame"
                  .formatted(text)
              + " show); use it on a live port");
    }
    return Compiler.compile(expr);
  }

  /** The expression it was read from; of a built one, about the expression that it stands for. */
  @Override
  public String toString() {
    return text;
  }
}
