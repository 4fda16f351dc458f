package io.midplane.packet.codec;

import java.util.ArrayList;
import java.util.List;

/**
 * A packet of IPv6 (RFC 8200) with its extension headers.
 *
 * @param trafficClass 8 bits
 * @param flowLabel 20 bits
 * @param nextHeader number of the first extension header, or of the protocol; 8 bits
 * @param hopLimit 8 bits
 * @param source who sent it
 * @param destination whom it is for
 * @param extensions the extension headers, at most {@link #MAX_EXTENSIONS}
 * @param payload what it carries, without padding
 */
public record Ipv6(
    int trafficClass,
    int flowLabel,
    int nextHeader,
    int hopLimit,
    Ipv6Address source,
    Ipv6Address destination,
    List<Extension> extensions,
    Octets payload)
    implements Layer {

  /** The most extension headers that are taken for some. */
  public static final int MAX_EXTENSIONS = 16;

  private static final int HEADER = 40;
  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int AUTHENTICATION = 51;
  private static final int DESTINATION = 60;
  private static final int MOBILITY = 135;
  private static final int DEFAULT_HOPS = 64;

  /**
   * An extension header.
   *
   * @param kind its number, which stands in the header before it; 8 bits
   * @param nextHeader number of what follows; 8 bits
   * @param bytes all of it, the number of what follows included
   */
  public record Extension(int kind, int nextHeader, Octets bytes) {
    /** Checks the ranges. */
    public Extension {
      FieldRange.check("kind", kind, 0xff);
      FieldRange.check("next header", nextHeader, 0xff);
      if (bytes.isEmpty() || bytes.uint8(0) != nextHeader) {
        throw CodecException.malformed(
            "extension header", bytes, "one that begins with " + nextHeader);
      }
    }

    /** Whether the payload is part of a packet, and not the first part. */
    boolean isLaterFragment() {
      return kind == FRAGMENT && bytes.length() == 8 && (bytes.uint16(2) & 0xfff8) != 0;
    }
  }

  /** Checks the ranges. */
  public Ipv6 {
    FieldRange.check("traffic class", trafficClass, 0xff);
    FieldRange.check("flow label", flowLabel, 0xfffff);
    FieldRange.check("next header", nextHeader, 0xff);
    FieldRange.check("hop limit", hopLimit, 0xff);
    FieldRange.check("extension headers", extensions.size(), MAX_EXTENSIONS);
    extensions = List.copyOf(extensions);
    FieldRange.check("payload", payload.length() + (long) length(extensions), 0xffff);
  }

  /** A packet without extension headers. */
  public static Ipv6 of(Ipv6Address source, Ipv6Address destination, int protocol, Octets payload) {
    return new Ipv6(0, 0, protocol, DEFAULT_HOPS, source, destination, List.of(), payload);
  }

  private static int length(List<Extension> extensions) {
    int length = 0;
    for (Extension extension : extensions) {
      length += extension.bytes().length();
    }
    return length;
  }

  /** Reads a packet; what is behind its length is padding. */
  public static Ipv6 decode(Octets octets) {
    octets.require(HEADER, "ipv6");
    int first = octets.int32(0);
    int length = octets.uint16(4);
    if (first >>> 28 != 6) {
      throw CodecException.malformed("ipv6 version", first >>> 28, 6);
    }
    if (length > octets.length() - HEADER) {
      throw CodecException.malformed(
          "ipv6 length", length, "at most " + (octets.length() - HEADER));
    }
    Octets rest = octets.slice(HEADER, length);
    List<Extension> extensions = List.of();
    int next = octets.uint8(6);
    int size = sizeOf(next, rest);
    while (size > 0 && extensions.size() < MAX_EXTENSIONS) {
      extensions = extensions.isEmpty() ? new ArrayList<>(2) : extensions;
      Extension extension = new Extension(next, rest.uint8(0), rest.slice(0, size));
      extensions.add(extension);
      rest = rest.from(size);
      next = extension.nextHeader();
      size = extension.isLaterFragment() ? 0 : sizeOf(next, rest);
    }
    return new Ipv6(
        first >>> 20 & 0xff,
        first & 0xfffff,
        octets.uint8(6),
        octets.uint8(7),
        Ipv6Address.read(octets, 8),
        Ipv6Address.read(octets, 24),
        extensions,
        rest);
  }

  /** How long an extension header is; 0 if it is none, or not all there. */
  private static int sizeOf(int kind, Octets rest) {
    if (rest.length() < 8) {
      return 0;
    }
    int size =
        switch (kind) {
          case HOP_BY_HOP, ROUTING, DESTINATION, MOBILITY -> 8 + 8 * rest.uint8(1);
          case FRAGMENT -> 8;
          case AUTHENTICATION -> 8 + 4 * rest.uint8(1);
          default -> 0;
        };
    return size <= rest.length() ? size : 0;
  }

  /** Whether its payload is not what its checksum was made for: a part, or one with a detour. */
  boolean hasOtherPayload() {
    return extensions.stream().anyMatch(one -> one.kind() == FRAGMENT || one.kind() == ROUTING);
  }

  /** Number of what it carries behind all extension headers. */
  public int protocol() {
    return extensions.isEmpty() ? nextHeader : extensions.getLast().nextHeader();
  }

  /** Whether it is part of a packet, and not the first part: the payload has no header. */
  public boolean isLaterFragment() {
    return extensions.stream().anyMatch(Extension::isLaterFragment);
  }

  /** What checksums of the payload cover beside it; not with a routing header. */
  public PseudoHeader pseudoHeader() {
    return PseudoHeader.of(source, destination, protocol());
  }

  @Override
  public byte[] encode() {
    int length = length(extensions) + payload.length();
    var out =
        new OctetWriter(HEADER + length)
            .u32(6L << 28 | (long) trafficClass << 20 | flowLabel)
            .u16(length)
            .u8(nextHeader)
            .u8(hopLimit)
            .u64(source.high())
            .u64(source.low())
            .u64(destination.high())
            .u64(destination.low());
    extensions.forEach(extension -> out.octets(extension.bytes()));
    return out.octets(payload).toBytes();
  }
}
