package io.midplane.benchmarks;

import io.midplane.packet.codec.Layer;
import io.midplane.packet.codec.Octets;
import io.midplane.packet.codec.Packets;
import io.midplane.packet.codec.Tcp;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.packet.IllegalRawDataException;
import org.pcap4j.packet.Packet;
import org.pcap4j.packet.TcpPacket;

/**
 * One frame with a tag, IPv4, TCP and ten bytes, taken apart here and by pcap4j, which needs no
 * libpcap for that.
 */
final class DecodeWorks implements PairedCase.Works {
  private static final String FRAME =
      "0200000000020200000000018100006408004500003200014000400626c30a0000010a000002"
          + "d4310050000003e8000007d05018ffffa76d000000010203040506070809";

  private final byte[] frame = frame();

  /** What was made last, so that none of it is in vain. */
  private @Nullable Object result;

  static byte[] frame() {
    return HexFormat.of().parseHex(FRAME);
  }

  /** Sees to it that both find the same at the innermost place. */
  static DecodeWorks create() throws IllegalRawDataException {
    var works = new DecodeWorks();
    Tcp ours = Packets.find(works.decode(), Tcp.class).orElseThrow();
    TcpPacket theirs = works.decodeByPeer().get(TcpPacket.class);
    int port = theirs.getHeader().getDstPort().valueAsInt();
    int length = theirs.getPayload().length();
    if (ours.destinationPort() != port || ours.payload().length() != length) {
      throw new IllegalStateException("decoded " + ours + ", pcap4j " + theirs);
    }
    return works;
  }

  private List<Layer> decode() {
    return Packets.decode(Octets.of(frame));
  }

  private Packet decodeByPeer() throws IllegalRawDataException {
    return EthernetPacket.newPacket(frame, 0, frame.length);
  }

  @Override
  public void ours(int operations) {
    for (int i = 0; i < operations; i++) {
      result = decode();
    }
  }

  @Override
  public void peer(int operations) throws IllegalRawDataException {
    for (int i = 0; i < operations; i++) {
      result = decodeByPeer();
    }
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
