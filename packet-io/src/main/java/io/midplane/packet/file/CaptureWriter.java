package io.midplane.packet.file;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.frame.PacketType;
import io.midplane.packet.link.CaptureStatistics;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes frames into a capture file, as they were on the wire: a tag that the kernel took out is
 * put back.
 *
 * {@snippet :
 * try (CaptureWriter writer = CaptureWriter.create(Path.of("trace.pcapng"))) {
 *   writer.addInterface(3, CaptureInterface.of("eth0"));
 *   writer.write(batch);
 *   writer.statistics(3, port.statistics());
 * }
 * }
 *
 * <p>What is written may stay in memory until {@link #flush} or {@link #close}. Pcapng keeps the
 * interface, direction and time of each frame; pcap keeps the time and nothing else. For one thread
 * at a time. Blocks: for the file.
 */
public final class CaptureWriter implements AutoCloseable {
  private final FileOutput out;
  private final FrameSink sink;
  private final int snapLength;
  private long frames;

  private CaptureWriter(Builder builder, OutputStream stream) {
    snapLength = builder.snapLength;
    out =
        new FileOutput(stream, builder.order, CaptureReader.MAX_CAPTURED_LENGTH + PcapngSink.MOST);
    sink =
        builder.format == CaptureFormat.PCAPNG
            ? new PcapngSink(out, snapLength)
            : new PcapSink(out, builder.format, snapLength);
    sink.begin();
  }

  /** Begins a pcapng file that keeps all of each frame. Throws as {@link Builder#create(Path)}. */
  public static CaptureWriter create(Path path) {
    return builder().create(path);
  }

  /** Says what kind of file is to be written. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * What kind of file is to be written. Unless told otherwise: pcapng, little-endian, all of it.
   */
  public static final class Builder {
    private CaptureFormat format = CaptureFormat.PCAPNG;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private int snapLength = CaptureReader.MAX_CAPTURED_LENGTH;

    private Builder() {}

    /** The format. */
    public Builder format(CaptureFormat wanted) {
      format = wanted;
      return this;
    }

    /** The order of the bytes of numbers; every reader understands both. */
    public Builder order(ByteOrder wanted) {
      order = wanted;
      return this;
    }

    /** The most bytes of a frame that are kept, 1 to {@link CaptureReader#MAX_CAPTURED_LENGTH}. */
    public Builder snapLength(int bytes) {
      if (bytes < 1 || bytes > CaptureReader.MAX_CAPTURED_LENGTH) {
        throw new MidplaneException(
            ErrorCode.INVALID_ARGUMENT,
            "snapshot length: %d (expected: 1 to %d)"
                .formatted(bytes, CaptureReader.MAX_CAPTURED_LENGTH));
      }
      snapLength = bytes;
      return this;
    }

    /**
     * Begins a file; what was there before is gone.
     *
     * @throws MidplaneException IO_FAILED if it cannot be written
     */
    public CaptureWriter create(Path path) {
      try {
        return to(Files.newOutputStream(path));
      } catch (IOException e) {
        throw new MidplaneException(ErrorCode.IO_FAILED, path + ": cannot be written", e);
      }
    }

    /** Writes into a stream, which is closed with the writer. */
    public CaptureWriter to(OutputStream stream) {
      return new CaptureWriter(this, stream);
    }
  }

  /**
   * Says what an interface is called, before its first frame. Interfaces that are not declared get
   * no name. Nothing in pcap.
   *
   * @param ifindex its number in the frames
   */
  public void addInterface(int ifindex, CaptureInterface face) {
    sink.face(ifindex, face);
  }

  /** Writes a frame. */
  public void write(Frame frame) {
    FrameMeta meta = frame.meta();
    byte[] wire = frame.wire();
    int at = begin(meta.ifindex(), wire.length);
    System.arraycopy(wire, 0, out.array(), at + sink.headerLength(), wire.length);
    end(
        at,
        wire.length,
        meta.originalLength() + wire.length - frame.bytes().length,
        meta.ifindex(),
        meta.timestamp(),
        meta.type(),
        meta.flags());
  }

  /** Writes all frames of a batch. */
  public void write(FrameBatch batch) {
    int size = batch.size();
    for (int i = 0; i < size; i++) {
      write(batch, i);
    }
  }

  /** Writes one frame of a batch. Allocates nothing. */
  public void write(FrameBatch batch, int index) {
    int ifindex = batch.ifindex(index);
    int length = batch.wireLength(index);
    int at = begin(ifindex, length);
    batch.writeWire(index, out.array(), at + sink.headerLength());
    end(
        at,
        length,
        batch.originalLength(index) + length - batch.length(index),
        ifindex,
        batch.timestamp(index),
        batch.type(index),
        batch.flags(index));
  }

  private int begin(int ifindex, int length) {
    if (length > CaptureReader.MAX_CAPTURED_LENGTH) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          "frame: %d bytes (expected: at most %d)"
              .formatted(length, CaptureReader.MAX_CAPTURED_LENGTH));
    }
    sink.require(ifindex);
    return out.begin();
  }

  private void end(
      int at, int length, int original, int ifindex, long timestamp, PacketType type, int flags) {
    int captured = Math.min(length, snapLength);
    out.end(sink.complete(at, captured, original, ifindex, timestamp, type, flags));
    frames++;
  }

  /** Writes what an interface counted, mostly at the end. Nothing in pcap. */
  public void statistics(int ifindex, CaptureStatistics counted) {
    sink.statistics(ifindex, counted);
  }

  /** How many frames were written. */
  public long frames() {
    return frames;
  }

  /**
   * Hands what was written to the system.
   *
   * @throws MidplaneException IO_FAILED if it does not take it; CLOSED after {@link #close}
   */
  public void flush() {
    out.flush();
  }

  /** Flushes and closes the file. Again is harmless. */
  @Override
  public void close() {
    out.close();
  }
}
