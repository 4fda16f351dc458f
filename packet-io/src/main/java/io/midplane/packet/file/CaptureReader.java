package io.midplane.packet.file;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.packet.frame.BatchBuilder;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.frame.FrameMeta;
import io.midplane.packet.frame.PacketType;
import io.midplane.packet.link.CaptureStatistics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the frames of a capture file, pcap or pcapng, in the order they stand there.
 *
 * {@snippet :
 * try (CaptureReader reader = CaptureReader.open(Path.of("trace.pcapng"))) {
 *   while (reader.next()) {
 *     System.out.println(reader.frame());
 *   }
 * }
 * }
 *
 * <p>Tags stand in the bytes of the frames, so filters need their file form. A frame check sequence
 * that the file has stays in the bytes. The accessors of the current frame allocate nothing; what
 * they say holds until {@link #next} is called again.
 *
 * <p>Every length is checked before anything of that length is made: no file, whatever it says,
 * needs more than 2 MiB and what its interfaces are called. What is wrong throws a {@link
 * CaptureFileException} with the place, after all frames before it. For one thread at a time.
 * Blocks: for the file.
 */
public final class CaptureReader implements AutoCloseable {
  /** The most bytes of a frame that a file may have. */
  public static final int MAX_CAPTURED_LENGTH = 262_144;

  private final FileInput in;
  private final FrameSource source;
  private final CurrentFrame frame = new CurrentFrame();

  private CaptureReader(FileInput in, FrameSource source) {
    this.in = in;
    this.source = source;
  }

  /**
   * Opens a file.
   *
   * @throws MidplaneException NOT_FOUND or IO_FAILED if it cannot be read
   * @throws CaptureFileException if it is no capture file
   */
  public static CaptureReader open(Path path) {
    try {
      return of(Files.newInputStream(path));
    } catch (NoSuchFileException e) {
      throw new MidplaneException(ErrorCode.NOT_FOUND, path + ": no such file", e);
    } catch (IOException e) {
      throw new MidplaneException(ErrorCode.IO_FAILED, path + ": cannot be opened", e);
    }
  }

  /** Reads a stream, which is closed with the reader, and if it is no capture file. */
  public static CaptureReader of(InputStream stream) {
    var in = new FileInput(stream);
    try {
      return new CaptureReader(in, source(in));
    } catch (MidplaneException e) {
      in.close();
      throw e;
    }
  }

  private static FrameSource source(FileInput in) {
    if (!in.has(4)) {
      throw FrameSource.truncated(0, "its first four bytes");
    }
    for (boolean little : new boolean[] {true, false}) {
      in.order(little);
      int magic = in.int32(0);
      Optional<CaptureFormat> format =
          Arrays.stream(CaptureFormat.values()).filter(one -> one.magic() == magic).findFirst();
      if (format.isPresent()) {
        return format.get() == CaptureFormat.PCAPNG
            ? new PcapngBlocks(in)
            : PcapRecords.open(in, format.get());
      }
    }
    throw new CaptureFileException(
        ErrorCode.UNSUPPORTED,
        0,
        "0x%08x".formatted(in.int32(0)),
        "the first bytes of a pcap or pcapng file; unpack it if it is packed");
  }

  /** The format of the file. */
  public CaptureFormat format() {
    return source.format();
  }

  /**
   * The interfaces that were described so far; in pcapng they may come between frames, and a new
   * section begins a new list.
   */
  public List<CaptureInterface> interfaces() {
    return source.interfaces();
  }

  /** What an interface counted, if that was read; in pcapng it mostly stands at the end. */
  public Optional<CaptureStatistics> statistics(int ifindex) {
    return source.statistics(ifindex);
  }

  /** How many bytes of the file were read so far. */
  public long position() {
    return in.position();
  }

  // ---- frames

  /**
   * Goes on to the next frame.
   *
   * @return false at the end of the file
   * @throws CaptureFileException if the file is damaged from here on
   */
  public boolean next() {
    return source.next(frame);
  }

  /** The array that the current frame is in. */
  public byte[] array() {
    return frame.array;
  }

  /** Where in {@link #array} the current frame begins. */
  public int offset() {
    return frame.offset;
  }

  /** How many bytes of the current frame are here. */
  public int length() {
    return frame.length;
  }

  /** How many bytes the current frame had on the wire; at least {@link #length}. */
  public int originalLength() {
    return frame.originalLength;
  }

  /** When the current frame came, in nanoseconds since 1970. */
  public long timestamp() {
    return frame.timestamp;
  }

  /**
   * The interface of the current frame: 1 for the first of {@link #interfaces}. 0 in pcap, which
   * does not say.
   */
  public int ifindex() {
    return frame.ifindex;
  }

  /** For whom the current frame is, as the file or else its destination says. */
  public PacketType type() {
    return frame.type;
  }

  /** As {@link FrameMeta#flags}. */
  public int flags() {
    return frame.flags | (frame.length < frame.originalLength ? FrameMeta.TRUNCATED : 0);
  }

  /** A copy of the current frame. */
  public Frame frame() {
    int from = frame.offset;
    byte[] bytes = Arrays.copyOfRange(frame.array, from, from + frame.length);
    return new Frame(
        bytes,
        new FrameMeta(ifindex(), timestamp(), originalLength(), length(), type(), null, flags()));
  }

  /**
   * Reads a batch.
   *
   * @param most how many frames at most
   * @return no frames at the end of the file
   */
  public FrameBatch read(int most) {
    var batch = new BatchBuilder(Math.min(most, 1024), 0);
    while (batch.size() < most && next()) {
      int at = batch.reserve(frame.length);
      System.arraycopy(frame.array, frame.offset, batch.array(), at, frame.length);
      batch.commit(
          length(), originalLength(), ifindex(), timestamp(), type(), flags(), false, 0, 0);
    }
    return batch.toBatch();
  }

  /** Closes the file. */
  @Override
  public void close() {
    in.close();
  }
}
