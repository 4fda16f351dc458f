package io.midplane.packet.file;

import io.midplane.packet.frame.PacketType;
import io.midplane.packet.link.CaptureStatistics;

/** Records of one format: what stands around the bytes of a frame. */
sealed interface FrameSink permits PcapSink, PcapngSink {

  /** Where a frame's bytes stand behind the beginning of its record. */
  int headerLength();

  /** Writes what a file begins with. */
  void begin();

  /** Declares an interface. */
  void face(int ifindex, CaptureInterface face);

  /** Makes sure that an interface is declared; before the record of a frame begins. */
  void require(int ifindex);

  /**
   * Completes a record whose bytes are in their place.
   *
   * @return where it ends
   */
  int complete(
      int at, int captured, int original, int ifindex, long timestamp, PacketType type, int flags);

  /** Writes what an interface counted. */
  void statistics(int ifindex, CaptureStatistics counted);
}
