package io.midplane.benchmarks;

import io.midplane.packet.PacketPort;
import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.link.CaptureSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Fifty ports on which nothing comes: the share of a core that the whole process takes. The spans
 * are long, for reading what some sixty threads used takes milliseconds.
 */
final class PacketIdleCase implements Case {
  private static final int PORTS = 50;
  private static final int RING_BYTES = 1 << 20;

  @Override
  public String name() {
    return "idle-ports";
  }

  @Override
  public String about() {
    return "fifty idle ports, the share of a core they take";
  }

  @Override
  public String target() {
    return "under 1 %";
  }

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    int runs = effort.isQuick() ? 1 : 5;
    double[] shares = new double[runs];
    List<PacketPort> ports = new ArrayList<>();
    try (PacketLab lab = PacketLab.create()) {
      try {
        CaptureSettings settings = CaptureSettings.defaults().withRingBytes(RING_BYTES);
        for (int i = 0; i < PORTS; i++) {
          ports.add(
              PacketPort.open("vb", BpfProgram.all(), lab.rightOptions().withCapture(settings)));
        }
        for (int i = 0; i < runs; i++) {
          shares[i] = share(effort.isQuick() ? 50 : 5000);
        }
      } finally {
        ports.forEach(PacketPort::close);
      }
    }
    return List.of(
        new Measurement(PacketSuite.NAME, name(), Unit.PERCENT, Series.of(shares), null));
  }

  private static double share(int millis) throws Exception {
    ProcessMeter before = ProcessMeter.read();
    long start = System.nanoTime();
    long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
    ProcessMeter used = ProcessMeter.read().minus(before);
    return 100.0 * used.cpuNanos() / (System.nanoTime() - start);
  }
}
