package io.midplane.packet.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A message of DHCP for IPv4 (RFC 2131).
 *
 * @param operation 1 to the server, 2 to the client; 8 bits
 * @param hardware kind of hardware address, 1 for Ethernet; 8 bits
 * @param hardwareLength its length; 8 bits
 * @param hops relays passed; 8 bits
 * @param transaction 32 bits
 * @param seconds since the client began; 16 bits
 * @param flags bit 15: answer by broadcast; 16 bits
 * @param client address that the client has
 * @param yours address that the client gets
 * @param server who to boot from
 * @param relay who passed it on
 * @param clientHardware 16 bytes, padded with zeros
 * @param serverName 64 bytes
 * @param file 128 bytes
 * @param options what else is said, padding included, at most {@link #MAX_OPTIONS}
 * @param end the end mark and what follows
 */
public record Dhcp(
    int operation,
    int hardware,
    int hardwareLength,
    int hops,
    long transaction,
    int seconds,
    int flags,
    Ipv4Address client,
    Ipv4Address yours,
    Ipv4Address server,
    Ipv4Address relay,
    Octets clientHardware,
    Octets serverName,
    Octets file,
    List<Option> options,
    Octets end)
    implements Layer {

  /** Port of servers. */
  public static final int SERVER_PORT = 67;

  /** Port of clients. */
  public static final int CLIENT_PORT = 68;

  /** The most options of a message. */
  public static final int MAX_OPTIONS = 1024;

  /** Number of the option that says what kind of message it is. */
  public static final int MESSAGE_TYPE = 53;

  private static final int COOKIE = 0x63825363;
  private static final int FIXED = 240;
  private static final int PAD = 0;
  private static final int END = 255;

  /** Checks the ranges. */
  public Dhcp {
    FieldRange.check("operation", operation, 0xff);
    FieldRange.check("hardware", hardware, 0xff);
    FieldRange.check("hardware length", hardwareLength, 0xff);
    FieldRange.check("hops", hops, 0xff);
    FieldRange.check("transaction", transaction, 0xffff_ffffL);
    FieldRange.check("seconds", seconds, 0xffff);
    FieldRange.check("flags", flags, 0xffff);
    fixed("client hardware address", clientHardware, 16);
    fixed("server name", serverName, 64);
    fixed("file", file, 128);
    FieldRange.check("options", options.size(), MAX_OPTIONS);
    options = List.copyOf(options);
  }

  private static void fixed(String what, Octets octets, int length) {
    if (octets.length() != length) {
      throw CodecException.malformed(what, octets.length() + " bytes", length);
    }
  }

  /**
   * Something said beside.
   *
   * @param code 0 for a byte of padding, to 254
   * @param value at most 255 bytes
   */
  public record Option(int code, Octets value) {
    /** Checks the ranges. */
    public Option {
      FieldRange.check("code", code, 254);
      FieldRange.check("bytes of an option", value.length(), code == PAD ? 0 : 255);
    }
  }

  /** Reads a message. */
  public static Dhcp decode(Octets octets) {
    octets.require(FIXED, "dhcp");
    if (octets.int32(236) != COOKIE) {
      throw CodecException.malformed("dhcp cookie", octets.slice(236, 4).hex(), "63825363");
    }
    List<Option> options = new ArrayList<>();
    int at = FIXED;
    while (at < octets.length() && octets.uint8(at) != END) {
      int code = octets.uint8(at);
      if (options.size() == MAX_OPTIONS) {
        throw CodecException.malformed("dhcp", "another option", "at most " + MAX_OPTIONS);
      }
      int length = code == PAD ? 0 : octets.uint8(at + 1);
      int header = code == PAD ? 1 : 2;
      options.add(new Option(code, octets.slice(at + header, length)));
      at += header + length;
    }
    return new Dhcp(
        octets.uint8(0),
        octets.uint8(1),
        octets.uint8(2),
        octets.uint8(3),
        octets.uint32(4),
        octets.uint16(8),
        octets.uint16(10),
        new Ipv4Address(octets.int32(12)),
        new Ipv4Address(octets.int32(16)),
        new Ipv4Address(octets.int32(20)),
        new Ipv4Address(octets.int32(24)),
        octets.slice(28, 16),
        octets.slice(44, 64),
        octets.slice(108, 128),
        options,
        octets.from(at));
  }

  /** The first value of an option, if it is there. */
  public Optional<Octets> option(int code) {
    return options.stream().filter(option -> option.code() == code).map(Option::value).findFirst();
  }

  @Override
  public byte[] encode() {
    var out =
        new OctetWriter(FIXED + 64)
            .u8(operation)
            .u8(hardware)
            .u8(hardwareLength)
            .u8(hops)
            .u32(transaction)
            .u16(seconds)
            .u16(flags)
            .u32(client.bits())
            .u32(yours.bits())
            .u32(server.bits())
            .u32(relay.bits())
            .octets(clientHardware)
            .octets(serverName)
            .octets(file)
            .u32(COOKIE);
    for (Option option : options) {
      out.u8(option.code());
      if (option.code() != PAD) {
        out.u8(option.value().length()).octets(option.value());
      }
    }
    return out.octets(end).toBytes();
  }
}
