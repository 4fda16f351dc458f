package io.midplane.node;

import io.midplane.packet.file.CaptureFormat;
import io.midplane.packet.file.CaptureInterface;
import io.midplane.packet.file.CaptureWriter;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameMeta;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

/** Writes frames into a capture file: pcap if it is called so, else pcapng. */
final class FrameFileWriter implements FrameTaker, AutoCloseable {
  private static final String PCAP = ".pcap";

  private final CaptureWriter writer;
  private final Function<FrameMeta, String> names;
  private final Set<Integer> declared = new HashSet<>();
  private long frames;

  private FrameFileWriter(CaptureWriter writer, Function<FrameMeta, String> names) {
    this.writer = writer;
    this.names = names;
  }

  /** Begins a file; what was there before is gone. */
  static FrameFileWriter create(Path path, int snaplen, Function<FrameMeta, String> names) {
    CaptureFormat format =
        path.toString().endsWith(PCAP) ? CaptureFormat.PCAP_NANOS : CaptureFormat.PCAPNG;
    return new FrameFileWriter(
        CaptureWriter.builder().format(format).snapLength(snaplen).create(path), names);
  }

  @Override
  public void take(Frame frame) {
    int ifindex = frame.meta().ifindex();
    if (declared.add(ifindex)) {
      writer.addInterface(ifindex, CaptureInterface.of(names.apply(frame.meta())));
    }
    writer.write(frame);
    frames++;
  }

  @Override
  public boolean rest() {
    writer.flush();
    return true;
  }

  /** How many were written. */
  long frames() {
    return frames;
  }

  @Override
  public void close() {
    writer.close();
  }
}
