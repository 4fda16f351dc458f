package io.midplane.benchmarks;

import io.midplane.packet.file.CaptureReader;
import io.midplane.packet.file.CaptureWriter;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.frame.PacketType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A million frames of 64 bytes into a new pcapng file, and out of it again. The file stays in the
 * system's memory: what a disk could do is not measured.
 */
final class PacketFileCase implements Case {
  private static final int BATCH = 1000;
  private static final long MOMENT = 1_700_000_000_000_000_000L;

  @Override
  public String name() {
    return "pcapng";
  }

  @Override
  public String about() {
    return "frames of 64 bytes into a pcapng file, and out of it";
  }

  @Override
  public String target() {
    return "write at least 15 000 000 frames/s, read at least 8 000 000";
  }

  @Override
  public List<Measurement> measure(Effort effort) throws Exception {
    int batches = effort.isQuick() ? 5 : 1000;
    int runs = effort.isQuick() ? 1 : 51;
    int warmUp = effort.isQuick() ? 0 : 10;
    double[] written = new double[runs];
    double[] read = new double[runs];
    FrameBatch batch = batch();
    try (Folder folder = Folder.create()) {
      Path file = folder.path().resolve("trace.pcapng");
      for (int i = -warmUp; i < runs; i++) {
        double writeRate = write(file, batch, batches);
        double readRate = read(file, batches * BATCH);
        if (i >= 0) {
          written[i] = writeRate;
          read[i] = readRate;
        }
      }
    }
    return List.of(rate("-write", written), rate("-read", read));
  }

  private Measurement rate(String suffix, double[] rates) {
    return new Measurement(
        PacketSuite.NAME, name() + suffix, Unit.FRAMES_PER_SECOND, Series.of(rates), null);
  }

  private static FrameBatch batch() {
    byte[] bytes = Arrays.copyOf(DecodeWorks.frame(), 64);
    var meta = new FrameMeta(1, MOMENT, bytes.length, bytes.length, PacketType.HOST, null, 0);
    return FrameBatch.of(Collections.nCopies(BATCH, new Frame(bytes, meta)));
  }

  /** Frames a second, closing the file included. */
  private static double write(Path file, FrameBatch batch, int batches) throws IOException {
    Files.deleteIfExists(file);
    long start = System.nanoTime();
    try (CaptureWriter writer = CaptureWriter.create(file)) {
      for (int i = 0; i < batches; i++) {
        writer.write(batch);
      }
    }
    return batches * BATCH * 1e9 / (System.nanoTime() - start);
  }

  /** Frames a second; looks at the time and a byte of each. */
  private static double read(Path file, int expected) {
    long start = System.nanoTime();
    int frames = 0;
    long seen = 0;
    try (CaptureReader reader = CaptureReader.open(file)) {
      while (reader.next()) {
        seen += reader.timestamp() + reader.array()[reader.offset()];
        frames++;
      }
    }
    double rate = frames * 1e9 / (System.nanoTime() - start);
    if (frames != expected || seen != frames * (MOMENT + DecodeWorks.frame()[0])) {
      throw new IllegalStateException("read " + frames + " frames, wrote " + expected);
    }
    return rate;
  }
}
