package io.midplane.testkit;

import java.util.ArrayDeque;
import java.util.List;

/** The last few of what was added, oldest first. Thread-safe. */
final class Tail<T> {

  private final ArrayDeque<T> held = new ArrayDeque<>();
  private final int capacity;

  Tail(int capacity) {
    this.capacity = capacity;
  }

  synchronized void add(T item) {
    if (held.size() == capacity) {
      held.remove();
    }
    held.add(item);
  }

  synchronized List<T> toList() {
    return List.copyOf(held);
  }
}
