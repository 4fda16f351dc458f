package io.midplane.packet.file;

/** Formats of capture files. */
public enum CaptureFormat {
  /** The classic format with microseconds. */
  PCAP_MICROS(0xa1b2c3d4),
  /** The classic format with nanoseconds. */
  PCAP_NANOS(0xa1b23c4d),
  /** The format of blocks, with interfaces and statistics; in nanoseconds if written here. */
  PCAPNG(0x0a0d0d0a);

  private final int magic;

  CaptureFormat(int magic) {
    this.magic = magic;
  }

  /** The first four bytes of a file, as a number in the file's own byte order. */
  int magic() {
    return magic;
  }
}
