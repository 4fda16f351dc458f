package io.midplane.gateways.worker;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Items that came and were not taken yet, and about how many bytes they are. Guarded by its owner.
 */
final class Inbox {
  /** Stands for the end, where null is an item. */
  static final Object NONE = new Object();

  /** What an item takes besides its bytes. */
  private static final int OVERHEAD = 32;

  private static final Object NULL = new Object();

  private final long maxBytes;
  private final ArrayDeque<Object> items = new ArrayDeque<>();
  private long bytes;

  Inbox(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Whether what was received is the end. */
  @SuppressWarnings("ReferenceEquality") // the mark is what it is
  static boolean isEnd(@Nullable Object item) {
    return item == NONE;
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  /** False if too much is there already. */
  boolean add(@Nullable Object item, int size) {
    if (bytes > maxBytes) {
      return false;
    }
    bytes += size + OVERHEAD;
    items.add(item == null ? NULL : item);
    return true;
  }

  /** How many bytes the next item counts: its share, so that none needs a number of its own. */
  long nextBytes() {
    return bytes / items.size();
  }

  @SuppressWarnings("ReferenceEquality") // the mark is what it is
  @Nullable Object take() {
    bytes -= nextBytes();
    Object item = items.remove();
    return item == NULL ? null : item;
  }

  /** What was taken, in front again. */
  void putBack(@Nullable Object item) {
    bytes += OVERHEAD;
    items.addFirst(item == null ? NULL : item);
  }

  String refusal(int channel) {
    return "channel "
        + channel
        + ": more than "
        + maxBytes
        + " bytes wait for a reader that does not come; read faster, or raise the limit";
  }
}
