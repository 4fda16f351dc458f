package io.midplane.packet.bpf;

/**
 * What the kernel knows about a frame beside its bytes, and a program may ask for.
 *
 * @param length bytes of the frame on the wire, as {@code len} sees it
 * @param packetType for whom it is: 0 host, 1 broadcast, 2 multicast, 3 other host, 4 outgoing
 * @param ifindex number of the interface
 * @param tagged whether the kernel took an outer VLAN tag out of the bytes
 * @param vlanTci that tag's priority, DEI and id; 0 without
 * @param vlanTpid that tag's ethertype; 0 without
 */
public record BpfFacts(
    int length, int packetType, int ifindex, boolean tagged, int vlanTci, int vlanTpid) {

  /** Of a frame without a tag beside it, on no interface, to this host. */
  public static BpfFacts ofLength(int length) {
    return new BpfFacts(length, 0, 0, false, 0, 0);
  }

  /** The same with a tag that was taken out of the bytes. */
  public BpfFacts withTag(int tpid, int tci) {
    return new BpfFacts(length, packetType, ifindex, true, tci, tpid);
  }
}
