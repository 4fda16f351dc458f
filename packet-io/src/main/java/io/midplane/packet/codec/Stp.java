package io.midplane.packet.codec;

import io.midplane.packet.frame.MacAddress;
import java.util.ArrayList;
import java.util.List;

/** A message of a spanning tree protocol: STP, RSTP or MSTP (IEEE 802.1D, 802.1Q). */
public sealed interface Stp extends Layer {

  /** Where messages are sent to. */
  MacAddress BRIDGES = MacAddress.of("01:80:c2:00:00:00");

  /** The most instances of a message. */
  int MAX_INSTANCES = 64;

  /**
   * Priority and address of a bridge.
   *
   * @param bits 4 bits of priority, 12 of an instance, 48 of an address
   */
  record BridgeId(long bits) {
    /** Of its parts: a priority of 0 to 65535, instance included, and an address. */
    public static BridgeId of(int priority, MacAddress address) {
      FieldRange.check("priority", priority, 0xffff);
      return new BridgeId((long) priority << 48 | address.bits());
    }

    /** Priority with the instance in its lower 12 bits. */
    public int priority() {
      return (int) (bits >>> 48);
    }

    /** The address. */
    public MacAddress address() {
      return new MacAddress(bits & 0xffff_ffff_ffffL);
    }

    @Override
    public String toString() {
      return priority() + "/" + address();
    }
  }

  /** The topology changed, towards the root; in STP alone. Version of 8 bits. */
  record TopologyChange(int version) implements Stp {
    private static final int KIND = 0x80;

    /** Checks the range. */
    public TopologyChange {
      FieldRange.check("version", version, 0xff);
    }

    @Override
    public byte[] encode() {
      return new OctetWriter(4).u16(0).u8(version).u8(KIND).toBytes();
    }
  }

  /**
   * How the tree stands, of STP, or with a kind of 2 of RSTP. Times are in 1/256 s.
   *
   * @param version 0 for STP, 2 for RSTP; 8 bits
   * @param kind 0 for STP, 2 for RSTP
   * @param flags topology change, role and state; 8 bits
   * @param root the root
   * @param cost of the way there; 32 bits
   * @param bridge who sends it; of MSTP, the root of the region
   * @param port by which port; 16 bits
   * @param messageAge 16 bits
   * @param maxAge 16 bits
   * @param helloTime 16 bits
   * @param forwardDelay 16 bits
   */
  record Configuration(
      int version,
      int kind,
      int flags,
      BridgeId root,
      long cost,
      BridgeId bridge,
      int port,
      int messageAge,
      int maxAge,
      int helloTime,
      int forwardDelay)
      implements Stp {
    /** Kind of STP. */
    public static final int PLAIN = 0;

    /** Kind of RSTP and MSTP. */
    public static final int RAPID = 2;

    static final int LENGTH = 35;

    /** Checks the ranges. */
    public Configuration {
      FieldRange.check("version", version, 0xff);
      if (kind != PLAIN && kind != RAPID) {
        throw CodecException.malformed("stp kind", kind, "0 or 2");
      }
      FieldRange.check("flags", flags, 0xff);
      FieldRange.check("cost", cost, 0xffff_ffffL);
      FieldRange.check("port", port, 0xffff);
      FieldRange.check("message age", messageAge, 0xffff);
      FieldRange.check("max age", maxAge, 0xffff);
      FieldRange.check("hello time", helloTime, 0xffff);
      FieldRange.check("forward delay", forwardDelay, 0xffff);
    }

    static Configuration read(Octets octets) {
      octets.require(LENGTH, "stp configuration");
      return new Configuration(
          octets.uint8(2),
          octets.uint8(3),
          octets.uint8(4),
          new BridgeId(octets.int64(5)),
          octets.uint32(13),
          new BridgeId(octets.int64(17)),
          octets.uint16(25),
          octets.uint16(27),
          octets.uint16(29),
          octets.uint16(31),
          octets.uint16(33));
    }

    OctetWriter write(OctetWriter out) {
      out.u16(0)
          .u8(version)
          .u8(kind)
          .u8(flags)
          .u64(root.bits())
          .u32(cost)
          .u64(bridge.bits())
          .u16(port)
          .u16(messageAge)
          .u16(maxAge)
          .u16(helloTime)
          .u16(forwardDelay);
      return kind == RAPID ? out.u8(0) : out;
    }

    @Override
    public byte[] encode() {
      return write(new OctetWriter(LENGTH + 1)).toBytes();
    }
  }

  /**
   * How the trees of a region stand, of MSTP.
   *
   * @param common the tree that all regions have in common; of version 3 or later
   * @param region which region
   * @param internalCost of the way to its root; 32 bits
   * @param bridge who sends it
   * @param remainingHops 8 bits
   * @param instances the trees of the region, at most {@link #MAX_INSTANCES}
   */
  record Multiple(
      Configuration common,
      Region region,
      long internalCost,
      BridgeId bridge,
      int remainingHops,
      List<Instance> instances)
      implements Stp {
    private static final int FIXED = 64;

    /** Checks the ranges. */
    public Multiple {
      if (common.version() < 3 || common.kind() != Configuration.RAPID) {
        throw CodecException.malformed("mstp version", common.version(), "from 3 on, and kind 2");
      }
      FieldRange.check("internal cost", internalCost, 0xffff_ffffL);
      FieldRange.check("remaining hops", remainingHops, 0xff);
      FieldRange.check("instances", instances.size(), MAX_INSTANCES);
      instances = List.copyOf(instances);
    }

    static Multiple read(Octets octets) {
      octets.require(102, "mstp");
      int length = octets.uint16(36);
      int count = (length - FIXED) / Instance.LENGTH;
      boolean isWhole = length >= FIXED && (length - FIXED) % Instance.LENGTH == 0;
      if (!isWhole || count > MAX_INSTANCES || 38 + length > octets.length()) {
        throw CodecException.malformed(
            "mstp length", length, "64 and 16 for each instance, at most " + MAX_INSTANCES);
      }
      List<Instance> instances = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        instances.add(Instance.read(octets.slice(102 + i * Instance.LENGTH, Instance.LENGTH)));
      }
      return new Multiple(
          Configuration.read(octets),
          new Region(
              octets.uint8(38), octets.slice(39, 32), octets.uint16(71), octets.slice(73, 16)),
          octets.uint32(89),
          new BridgeId(octets.int64(93)),
          octets.uint8(101),
          instances);
    }

    @Override
    public byte[] encode() {
      var out =
          common
              .write(new OctetWriter(102 + Instance.LENGTH * instances.size()))
              .u16(FIXED + Instance.LENGTH * instances.size())
              .u8(region.format())
              .octets(region.name())
              .u16(region.revision())
              .octets(region.digest())
              .u32(internalCost)
              .u64(bridge.bits())
              .u8(remainingHops);
      instances.forEach(instance -> instance.write(out));
      return out.toBytes();
    }
  }

  /**
   * Which VLANs belong to which trees.
   *
   * @param format 8 bits
   * @param name 32 bytes, padded with zeros
   * @param revision 16 bits
   * @param digest 16 bytes
   */
  record Region(int format, Octets name, int revision, Octets digest) {
    /** Checks the ranges. */
    public Region {
      FieldRange.check("format", format, 0xff);
      FieldRange.check("revision", revision, 0xffff);
      if (name.length() != 32 || digest.length() != 16) {
        throw CodecException.malformed(
            "region", name.length() + " and " + digest.length() + " bytes", "32 and 16");
      }
    }
  }

  /**
   * One of the trees of a region.
   *
   * @param flags as those of the common tree; 8 bits
   * @param root the root in the region, whose priority has the number of the tree
   * @param cost of the way there; 32 bits
   * @param bridgePriority 8 bits
   * @param portPriority 8 bits
   * @param remainingHops 8 bits
   */
  record Instance(
      int flags,
      BridgeId root,
      long cost,
      int bridgePriority,
      int portPriority,
      int remainingHops) {
    static final int LENGTH = 16;

    /** Checks the ranges. */
    public Instance {
      FieldRange.check("flags", flags, 0xff);
      FieldRange.check("cost", cost, 0xffff_ffffL);
      FieldRange.check("bridge priority", bridgePriority, 0xff);
      FieldRange.check("port priority", portPriority, 0xff);
      FieldRange.check("remaining hops", remainingHops, 0xff);
    }

    static Instance read(Octets octets) {
      return new Instance(
          octets.uint8(0),
          new BridgeId(octets.int64(1)),
          octets.uint32(9),
          octets.uint8(13),
          octets.uint8(14),
          octets.uint8(15));
    }

    void write(OctetWriter out) {
      out.u8(flags)
          .u64(root.bits())
          .u32(cost)
          .u8(bridgePriority)
          .u8(portPriority)
          .u8(remainingHops);
    }
  }

  /** Reads a message; what follows is padding. */
  static Stp decode(Octets octets) {
    octets.require(4, "stp");
    int version = octets.uint8(2);
    int kind = octets.uint8(3);
    if (octets.uint16(0) != 0) {
      throw CodecException.malformed("stp protocol", octets.uint16(0), 0);
    }
    if (kind == TopologyChange.KIND) {
      return new TopologyChange(version);
    }
    boolean isMultiple =
        kind == Configuration.RAPID
            && version >= 3
            && octets.length() >= 102
            && octets.uint8(Configuration.LENGTH) == 0;
    return isMultiple ? Multiple.read(octets) : Configuration.read(octets);
  }
}
