package io.midplane.benchmarks;

import io.midplane.packet.actor.Delivery;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.RxMode;
import java.util.List;

/** Frames in and out, beside C programs and scapy on the same cable. */
final class PacketSuite {
  static final String NAME = "packet";

  private static final int RING_BYTES = 64 << 20;
  private static final List<String> BLOCKS = List.of("-m", "v3");
  private static final List<String> COALESCED = List.of("-m", "v2", "-C", "100");

  /** As fast as sendmmsg can. */
  private static final List<String> SENDMMSG = List.of("-m", "sendmmsg");

  /** Twice as fast: the kernel cuts one large datagram into the frames. */
  private static final List<String> SEGMENTED = List.of("-m", "gso", "-b", "128");

  private PacketSuite() {}

  static Suite create() {
    CaptureSettings immediate = CaptureSettings.defaults().withRingBytes(RING_BYTES);
    CaptureSettings bulk = immediate.withMode(RxMode.bulk());
    return new Suite(
        NAME,
        "Frames in and out, beside C and scapy; needs root, a C compiler and python3-scapy",
        List.of(
            new PacketReceiveCase(
                "bulk-pooled",
                "bulk receive into an actor, pooled batches",
                "at least 0.95 x C, 0 lost, at most 80 ns, 0 B",
                Delivery.pooled().capturedWith(bulk.withPooledBatches()),
                SENDMMSG,
                BLOCKS),
            new PacketReceiveCase(
                "bulk-pooled-fast",
                "the same from a generator that is twice as fast",
                "at least 0.95 x C, 0 lost",
                Delivery.pooled().capturedWith(bulk.withPooledBatches()),
                SEGMENTED,
                BLOCKS),
            new PacketReceiveCase(
                "bulk-batch",
                "bulk receive into an actor, fresh batches",
                "at least 0.95 x C, 0 lost, at most 160 B",
                Delivery.batches().capturedWith(bulk),
                SENDMMSG,
                BLOCKS),
            new PacketReceiveCase(
                "bulk-frame",
                "bulk receive into an actor, a message a frame",
                "at least 0.95 x C, 0 lost, at most 200 ns",
                Delivery.frames().capturedWith(bulk),
                SENDMMSG,
                BLOCKS),
            new PacketReceiveCase(
                "immediate",
                "immediate receive into an actor, pooled batches, flat out",
                "at least 500 000 frames/s, under 5 % lost",
                Delivery.pooled().capturedWith(immediate.withPooledBatches()),
                SEGMENTED,
                COALESCED),
            new PacketLatencyCase(),
            new PacketExchangeCase(),
            new PacketSendCase(
                "send-batch",
                "64 frames a message to the port's actor",
                "at least 0.93 x C sendmmsg",
                64),
            new PacketSendCase(
                "send-frame",
                "a message a frame to the port's actor",
                "at least 0.75 x C sendmmsg",
                1),
            new PacketIdleCase(),
            new PacketFileCase(),
            new PairedCase(
                NAME,
                "decode",
                "full decode of a frame of Ethernet, VLAN, IPv4 and TCP",
                "at most 100 ns, beside pcap4j",
                Unit.NANOSECONDS,
                "pcap4j 1.8.2",
                DecodeWorks::create)));
  }
}
