package io.midplane.packet.codec;

import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.MacAddress;
import io.midplane.packet.frame.VlanTag;
import java.util.ArrayList;
import java.util.List;

/**
 * A frame of Ethernet II or IEEE 802.3, with its tags of 802.1Q and 802.1ad.
 *
 * @param destination whom it is for
 * @param source who sent it
 * @param tags the tags, the outer one first; at most {@link #MAX_TAGS}
 * @param type an ethertype from 0x0600 on, or the length of 802.3
 * @param payload what follows, padding included
 */
public record Ethernet(
    MacAddress destination, MacAddress source, List<VlanTag> tags, int type, Octets payload)
    implements Layer {

  /** The most tags that are taken for tags. */
  public static final int MAX_TAGS = 8;

  /** Ethertype of IPv4. */
  public static final int IPV4 = 0x0800;

  /** Ethertype of ARP. */
  public static final int ARP = 0x0806;

  /** Ethertype of IPv6. */
  public static final int IPV6 = 0x86dd;

  /** Ethertype of LACP and the other slow protocols. */
  public static final int SLOW = 0x8809;

  /** Ethertype of LLDP. */
  public static final int LLDP = 0x88cc;

  private static final int FIRST_TYPE = 0x0600;
  private static final int HEADER = 14;

  /** Checks the ranges. */
  public Ethernet {
    FieldRange.check("ethertype", type, 0xffff);
    FieldRange.check("tags", tags.size(), MAX_TAGS);
    tags = List.copyOf(tags);
  }

  /** An untagged frame. */
  public Ethernet(MacAddress destination, MacAddress source, int type, Octets payload) {
    this(destination, source, List.of(), type, payload);
  }

  /** Reads a frame; a tag that the kernel took out is the first one. */
  public static Ethernet decode(Frame frame) {
    Ethernet inner = decode(Octets.of(frame.bytes()));
    VlanTag taken = frame.meta().vlan();
    if (taken == null) {
      return inner;
    }
    List<VlanTag> tags = new ArrayList<>();
    tags.add(taken);
    tags.addAll(inner.tags);
    return new Ethernet(inner.destination, inner.source, tags, inner.type, inner.payload);
  }

  /** Reads a frame. */
  public static Ethernet decode(Octets octets) {
    octets.require(HEADER, "ethernet");
    MacAddress destination = mac(octets, 0);
    MacAddress source = mac(octets, 6);
    List<VlanTag> tags = List.of();
    int at = 12;
    int type = octets.uint16(at);
    while (isTag(type) && octets.length() >= at + 6 && tags.size() < MAX_TAGS) {
      VlanTag tag = new VlanTag(type, octets.uint16(at + 2));
      if (tags.isEmpty()) {
        tags = List.of(tag);
      } else {
        tags = new ArrayList<>(tags);
        tags.add(tag);
      }
      at += 4;
      type = octets.uint16(at);
    }
    return new Ethernet(destination, source, tags, type, octets.from(at + 2));
  }

  static MacAddress mac(Octets octets, int at) {
    return new MacAddress((long) octets.uint16(at) << 32 | octets.uint32(at + 2));
  }

  private static boolean isTag(int type) {
    return type == VlanTag.DOT1Q || type == VlanTag.DOT1AD || type == 0x9100;
  }

  /** Whether {@link #type} is a length of 802.3, and an LLC header follows. */
  public boolean isLength() {
    return type < FIRST_TYPE;
  }

  /** The payload; of a frame of 802.3 so much of it as its length says. */
  public Octets content() {
    return isLength() && type < payload.length() ? payload.slice(0, type) : payload;
  }

  @Override
  public byte[] encode() {
    var out = new OctetWriter(HEADER + 4 * tags.size() + payload.length());
    out.mac(destination).mac(source);
    for (VlanTag tag : tags) {
      out.u16(tag.tpid()).u16(tag.tci());
    }
    return out.u16(type).octets(payload).toBytes();
  }
}
