package io.midplane.packet.codec;

import java.util.ArrayList;
import java.util.List;

/**
 * A message of IGMP, versions 1 to 3 (RFC 1112, 2236, 3376).
 *
 * @param type {@link #QUERY} and its like; 8 bits
 * @param code how long to wait with an answer, in tenths of a second and coarser; 8 bits
 * @param checksum 16 bits
 * @param parameter the group, but for reports of version 3; 32 bits
 * @param payload what version 3 has behind that
 */
public record Igmp(int type, int code, int checksum, int parameter, Octets payload)
    implements Layer {

  /** Who is in a group? */
  public static final int QUERY = 0x11;

  /** I am, in version 1. */
  public static final int REPORT_V1 = 0x12;

  /** I am, in version 2. */
  public static final int REPORT_V2 = 0x16;

  /** No longer. */
  public static final int LEAVE = 0x17;

  /** I am or was, in version 3. */
  public static final int REPORT_V3 = 0x22;

  private static final int HEADER = 8;

  /** Checks the ranges. */
  public Igmp {
    FieldRange.check("type", type, 0xff);
    FieldRange.check("code", code, 0xff);
    FieldRange.check("checksum", checksum, 0xffff);
  }

  /**
   * What a report of version 3 says of one group.
   *
   * @param kind 1 to 6: which sources are wanted, or no longer; 8 bits
   * @param group the group
   * @param sources of whom
   * @param auxiliary further bytes, a multiple of 4
   */
  public record GroupRecord(
      int kind, Ipv4Address group, List<Ipv4Address> sources, Octets auxiliary) {
    /** Keeps a copy of the list. */
    public GroupRecord {
      FieldRange.check("kind", kind, 0xff);
      sources = List.copyOf(sources);
    }
  }

  /** A message of version 1 or 2, with the right checksum. */
  public static Igmp of(int type, int code, Ipv4Address group) {
    return new Igmp(type, code, 0, group.bits(), Octets.EMPTY).withChecksum();
  }

  /** Reads a message. */
  public static Igmp decode(Octets octets) {
    octets.require(HEADER, "igmp");
    return new Igmp(
        octets.uint8(0), octets.uint8(1), octets.uint16(2), octets.int32(4), octets.from(HEADER));
  }

  /** The group, of anything but a report of version 3. */
  public Ipv4Address group() {
    return new Ipv4Address(parameter);
  }

  /** The sources that a query of version 3 asks for. */
  public List<Ipv4Address> sources() {
    return payload.length() < 4 ? List.of() : sources(payload.from(4), payload.uint16(2));
  }

  /** What a report of version 3 says. */
  public List<GroupRecord> records() {
    List<GroupRecord> records = new ArrayList<>();
    Octets rest = payload;
    for (int i = 0; i < (parameter & 0xffff); i++) {
      rest.require(HEADER, "igmp group record");
      List<Ipv4Address> sources = sources(rest.from(HEADER), rest.uint16(2));
      int end = HEADER + 4 * sources.size() + 4 * rest.uint8(1);
      Octets auxiliary = rest.slice(end - 4 * rest.uint8(1), 4 * rest.uint8(1));
      records.add(
          new GroupRecord(rest.uint8(0), new Ipv4Address(rest.int32(4)), sources, auxiliary));
      rest = rest.from(end);
    }
    return records;
  }

  private static List<Ipv4Address> sources(Octets octets, int count) {
    octets.require(4 * count, "igmp sources");
    List<Ipv4Address> sources = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      sources.add(new Ipv4Address(octets.int32(4 * i)));
    }
    return sources;
  }

  /** Whether the checksum is right. */
  public boolean isChecksumValid() {
    return Checksum.of(Octets.of(encode())) == 0;
  }

  /** The same with the right checksum. */
  public Igmp withChecksum() {
    byte[] bytes = new Igmp(type, code, 0, parameter, payload).encode();
    return new Igmp(type, code, Checksum.of(Octets.of(bytes)), parameter, payload);
  }

  @Override
  public byte[] encode() {
    return new OctetWriter(HEADER + payload.length())
        .u8(type)
        .u8(code)
        .u16(checksum)
        .u32(parameter)
        .octets(payload)
        .toBytes();
  }
}
