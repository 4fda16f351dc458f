package io.midplane.packet.linux;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which batches are with the reader. Taken by the thread that fills batches, given back by any; one
 * batch at a time holds a place, and a place taken twice is impossible.
 */
final class Credits {
  private static final long FREE = 0;

  private final AtomicLongArray places;

  Credits(int count) {
    places = new AtomicLongArray(count);
  }

  /** A free place, or -1. */
  int free() {
    for (int i = 0; i < places.length(); i++) {
      if (places.get(i) == FREE) {
        return i;
      }
    }
    return -1;
  }

  /** The batch of that number, over 0, holds the place. */
  void take(int place, long number) {
    places.set(place, number);
  }

  /** Gives the place of a batch back; false if it holds none. */
  boolean giveBack(long number) {
    for (int i = 0; i < places.length(); i++) {
      if (places.get(i) == number) {
        return number != FREE && places.compareAndSet(i, number, FREE);
      }
    }
    return false;
  }
}
