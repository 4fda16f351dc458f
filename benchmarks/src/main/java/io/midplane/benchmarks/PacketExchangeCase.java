package io.midplane.benchmarks;

import io.midplane.actors.Midplane;
import io.midplane.benchmarks.Measurement.Peer;
import io.midplane.packet.PacketPort;
import io.midplane.packet.actor.PacketIo;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.MacAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** An ARP request that the kernel beyond the cable answers, beside scapy's {@code srp1}. */
final class PacketExchangeCase implements Case {
  private static final int ARP = 0x0806;
  private static final int REPLY = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Override
  public String name() {
    return "arp-exchange";
  }

  @Override
  public String about() {
    return "an ARP request and the kernel's answer";
  }

  @Override
  public String target() {
    return "at most 0.05 x scapy's srp1";
  }

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    int runs = effort.isQuick() ? 1 : 5;
    double[] ours = new double[runs];
    double[] scapy = new double[runs];
    try (PacketLab lab = PacketLab.create();
        Midplane midplane = Midplanes.quiet("packet")) {
      lab.addresses("10.9.0.1/24", "10.9.0.2/24");
      try (PacketPort port =
          PacketIo.of(midplane).open("va", BpfProgram.all(), lab.leftOptions())) {
        double unused = exchanges(port, effort.isQuick() ? 1 : 2000);
        for (int i = 0; i < runs; i++) {
          ours[i] = exchanges(port, effort.isQuick() ? 5 : 500);
          scapy[i] = lab.script("srp.py").value("p50");
        }
      }
    }
    return List.of(
        new Measurement(
            PacketSuite.NAME,
            name(),
            Unit.MICROSECONDS,
            Series.of(ours),
            new Peer("scapy srp1", Series.of(scapy))));
  }

  private static double exchanges(PacketPort port, int times) {
    double[] micros = new double[times];
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      Frame unused =
          port.exchange(
              request(), frame -> frame.ethertype() == ARP && frame.bytes()[21] == REPLY, PATIENCE);
      micros[i] = (System.nanoTime() - start) / 1e3;
    }
    return Series.of(micros).median();
  }

  private static Frame request() {
    byte[] own = MacAddress.of("02:00:00:00:00:01").bytes();
    ByteBuffer request = ByteBuffer.allocate(42);
    request.put(MacAddress.BROADCAST.bytes()).put(own).putShort((short) ARP);
    request.putShort((short) 1).putShort((short) 0x0800).put((byte) 6).put((byte) 4);
    request.putShort((short) 1).put(own).put(new byte[] {10, 9, 0, 1});
    request.put(new byte[6]).put(new byte[] {10, 9, 0, 2});
    return Frame.of(request.array());
  }
}
