package io.midplane.packet.frame;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Packs frames into a {@link FrameBatch}. Used over and over: its arrays grow to what they need and
 * stay. For one thread at a time.
 */
public final class BatchBuilder {
  private static final int MOST_BYTES = Integer.MAX_VALUE - 64;

  private byte[] data;
  private long[] fields;
  private int size;
  private int used;

  /** The batch over this builder's own arrays, made when it is first asked for. */
  private @Nullable FrameBatch own;

  /** A builder with room for so many frames and bytes in the beginning. */
  public BatchBuilder(int frames, int bytes) {
    data = new byte[bytes];
    fields = new long[frames * FrameBatch.FIELDS];
  }

  /** How many frames are in. */
  public int size() {
    return size;
  }

  /** How many bytes are in. */
  public int bytes() {
    return used;
  }

  /** The array to put the bytes of the next frame into, after {@link #reserve}. */
  public byte[] array() {
    return data;
  }

  /**
   * Makes room for the bytes of the next frame.
   *
   * @return where to put them in {@link #array}
   */
  public int reserve(int length) {
    if (length > data.length - used) {
      grow(length);
    }
    return used;
  }

  /** Makes room for so many more frames of so many bytes together, once instead of by and by. */
  public void reserve(int frames, int bytes) {
    int unused = reserve(bytes);
    int fieldsNeeded = (size + frames) * FrameBatch.FIELDS;
    if (fieldsNeeded > fields.length) {
      fields = Arrays.copyOf(fields, Math.max(2 * fields.length, fieldsNeeded));
    }
  }

  private void grow(int length) {
    if (length > MOST_BYTES - used) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          "batch: "
              + used
              + " bytes and "
              + length
              + " more (expected: at most "
              + MOST_BYTES
              + "); make several batches");
    }
    data =
        Arrays.copyOf(data, (int) Math.min(MOST_BYTES, Math.max(2L * data.length, used + length)));
  }

  /**
   * Takes what was put behind the reserved position as the next frame.
   *
   * @param tagged whether {@code tpid} and {@code tci} are those of a tag that was taken out
   */
  public void commit(
      int length,
      int originalLength,
      int ifindex,
      long timestamp,
      PacketType type,
      int flags,
      boolean tagged,
      int tpid,
      int tci) {
    int at = size * FrameBatch.FIELDS;
    if (at == fields.length) {
      fields = Arrays.copyOf(fields, Math.max(8 * FrameBatch.FIELDS, 2 * at));
    }
    fields[at] = timestamp;
    fields[at + 1] = (long) used << 32 | length;
    fields[at + 2] = (long) originalLength << 32 | ifindex & 0xffff_ffffL;
    fields[at + 3] = FrameBatch.tail(type, flags, tagged, tpid, tci);
    used += length;
    size++;
  }

  /** Adds a copy of a frame. */
  public BatchBuilder add(byte[] bytes, int offset, int length, FrameMeta meta) {
    System.arraycopy(bytes, offset, array(length), used, length);
    VlanTag tag = meta.vlan();
    commit(
        length,
        meta.originalLength(),
        meta.ifindex(),
        meta.timestamp(),
        meta.type(),
        meta.flags(),
        tag != null,
        tag == null ? 0 : tag.tpid(),
        tag == null ? 0 : tag.tci());
    return this;
  }

  private byte[] array(int room) {
    reserve(room);
    return data;
  }

  /** Adds a copy of a frame. */
  public BatchBuilder add(Frame frame) {
    return add(frame.bytes(), 0, frame.bytes().length, frame.meta());
  }

  /** Adds a copy of a frame of another batch. */
  public BatchBuilder add(FrameBatch from, int index) {
    int length = from.length(index);
    System.arraycopy(from.array(), from.offset(index), array(length), used, length);
    commit(
        length,
        from.originalLength(index),
        from.ifindex(index),
        from.timestamp(index),
        from.type(index),
        from.flags(index),
        from.isTagged(index),
        from.vlanTpid(index),
        from.vlanTci(index));
    return this;
  }

  /** A batch of its own of what is in; the builder is empty again. */
  public FrameBatch toBatch() {
    var batch =
        new FrameBatch(
            Arrays.copyOf(data, used), Arrays.copyOf(fields, size * FrameBatch.FIELDS), size);
    clear();
    return batch;
  }

  /**
   * What is in, without a copy: the same object at each call, valid until the builder is used
   * again. Allocates at the first call only.
   */
  public FrameBatch view() {
    FrameBatch batch = own;
    if (batch == null) {
      batch = new FrameBatch(data, fields, size);
      own = batch;
    } else {
      batch.set(data, fields, size);
    }
    return batch;
  }

  /** Forgets what is in. */
  public void clear() {
    size = 0;
    used = 0;
  }
}
