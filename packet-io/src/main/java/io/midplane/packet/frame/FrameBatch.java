package io.midplane.packet.frame;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Frames in the order they came, packed into one array.
 *
 * <p>The plain accessors by index allocate nothing. What is kept of a batch keeps all of it alive;
 * {@link #frame} makes a copy that does not. A batch of a pool ({@code Delivery.pooled}) is filled
 * anew once it was acknowledged: do not touch it afterwards. A batch is made by {@link
 * BatchBuilder}; do not change its arrays.
 */
public final class FrameBatch {
  /** Numbers that describe a frame. */
  static final int FIELDS = 4;

  private static final int TAGGED = 1 << 12;

  private byte[] data;
  private long[] fields;
  private int size;

  FrameBatch(byte[] data, long[] fields, int size) {
    this.data = data;
    this.fields = fields;
    this.size = size;
  }

  void set(byte[] newData, long[] newFields, int newSize) {
    data = newData;
    fields = newFields;
    size = newSize;
  }

  /** A batch of one frame. */
  public static FrameBatch of(Frame frame) {
    return of(List.of(frame));
  }

  /** A batch of copies. */
  public static FrameBatch of(List<Frame> frames) {
    int bytes = frames.stream().mapToInt(frame -> frame.bytes().length).sum();
    var builder = new BatchBuilder(frames.size(), bytes);
    for (Frame frame : frames) {
      builder.add(frame.bytes(), 0, frame.bytes().length, frame.meta());
    }
    return builder.toBatch();
  }

  // ---- fields: time stamp; offset and captured length; original length and ifindex;
  // tpid, tci, tagged, type, flags

  static long tail(PacketType type, int flags, boolean tagged, int tpid, int tci) {
    return (long) tpid << 48
        | (long) tci << 32
        | (tagged ? TAGGED : 0)
        | (long) type.ordinal() << 8
        | flags;
  }

  private long field(int index, int field) {
    Objects.checkIndex(index, size);
    return fields[index * FIELDS + field];
  }

  /** How many frames there are. */
  public int size() {
    return size;
  }

  /** The array that holds the bytes of all frames. */
  public byte[] array() {
    return data;
  }

  /** Where a frame begins in {@link #array}. */
  public int offset(int index) {
    return (int) (field(index, 1) >>> 32);
  }

  /** How many bytes of a frame are here. */
  public int length(int index) {
    return (int) field(index, 1);
  }

  /** How many bytes the frame had on the wire. */
  public int originalLength(int index) {
    return (int) (field(index, 2) >>> 32);
  }

  /** The interface a frame came in by. */
  public int ifindex(int index) {
    return (int) field(index, 2);
  }

  /** When it came, in nanoseconds since 1970. */
  public long timestamp(int index) {
    return field(index, 0);
  }

  /** For whom it is. */
  public PacketType type(int index) {
    return PacketType.of((int) (field(index, 3) >>> 8) & 0xf);
  }

  /** As {@link FrameMeta#flags}. */
  public int flags(int index) {
    return (int) field(index, 3) & 0xff;
  }

  /** Whether a tag was taken out of its bytes. */
  public boolean isTagged(int index) {
    return (field(index, 3) & TAGGED) != 0;
  }

  /** The ethertype of the tag that was taken out; 0 without one. */
  public int vlanTpid(int index) {
    return (int) (field(index, 3) >>> 48);
  }

  /** Priority, drop eligibility and id of the tag that was taken out; 0 without one. */
  public int vlanTci(int index) {
    return (int) (field(index, 3) >>> 32) & 0xffff;
  }

  /** The tag that was taken out, or null. Allocates. */
  public @Nullable VlanTag vlan(int index) {
    return isTagged(index) ? new VlanTag(vlanTpid(index), vlanTci(index)) : null;
  }

  /** All that is known of a frame beside its bytes. Allocates. */
  public FrameMeta meta(int index) {
    return new FrameMeta(
        ifindex(index),
        timestamp(index),
        originalLength(index),
        length(index),
        type(index),
        vlan(index),
        flags(index));
  }

  /** A copy of a frame's bytes, without the tag that was taken out. */
  public byte[] copy(int index) {
    byte[] copy = new byte[length(index)];
    System.arraycopy(data, offset(index), copy, 0, copy.length);
    return copy;
  }

  /** A copy of a frame that lives apart from the batch. */
  public Frame frame(int index) {
    return new Frame(copy(index), meta(index));
  }

  /** Copies of all frames. */
  public List<Frame> frames() {
    List<Frame> frames = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      frames.add(frame(i));
    }
    return frames;
  }

  /** How many bytes {@link #writeWire} writes. */
  public int wireLength(int index) {
    int length = length(index);
    return isTagged(index) && length >= VlanTag.OFFSET ? length + VlanTag.LENGTH : length;
  }

  /**
   * Writes a frame as it was on the wire, with the tag back in its place.
   *
   * @return how many bytes were written
   */
  public int writeWire(int index, byte[] into, int position) {
    int length = length(index);
    if (wireLength(index) == length) {
      System.arraycopy(data, offset(index), into, position, length);
      return length;
    }
    Tags.insert(data, offset(index), length, vlanTpid(index), vlanTci(index), into, position);
    return length + VlanTag.LENGTH;
  }

  /** Shows each frame to a visitor, in order. */
  public void forEach(FrameVisitor visitor) {
    for (int i = 0; i < size; i++) {
      visitor.visit(this, i);
    }
  }

  /** The number of frames. */
  @Override
  public String toString() {
    return "FrameBatch(" + size + " frames)";
  }
}
