package io.midplane.gateways.worker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Items that came and were not taken yet, and about how many bytes they are. Guarded by its owner,
 * but for what arrived and is not delivered yet, which is the reader's.
 */
final class Inbox {
  /** Stands for the end, where null is an item. */
  static final Object NONE = new Object();

  /** What an item takes besides its bytes. */
  private static final int OVERHEAD = 32;

  /**
   * So many items, or bytes of them, are delivered at once: more would have the first ones wait.
   */
  private static final int MOST_AT_ONCE = 64;

  private static final int MOST_BYTES_AT_ONCE = 1 << 14;

  private static final Object NULL = new Object();

  private final List<Object> arrived = new ArrayList<>();
  private long arrivedBytes;
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

  /** For the reader: takes an item, and whether what arrived is to be delivered now. */
  boolean arrived(@Nullable Object item, int size) {
    arrived.add(item == null ? NULL : item);
    arrivedBytes += size + OVERHEAD;
    return arrived.size() == MOST_AT_ONCE || arrivedBytes >= MOST_BYTES_AT_ONCE;
  }

  /** How many arrived and are not delivered. */
  int arrivedCount() {
    return arrived.size();
  }

  /** Delivers what arrived; false if too much is there already, and the rest is dropped. */
  boolean deliver() {
    boolean space = true;
    int left = arrived.size();
    for (Object item : arrived) {
      space = bytes <= maxBytes;
      if (!space) {
        break;
      }
      long share = arrivedBytes / left--;
      arrivedBytes -= share;
      bytes += share;
      items.add(item);
    }
    drop();
    return space;
  }

  /** Drops what arrived. */
  void drop() {
    arrived.clear();
    arrivedBytes = 0;
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
