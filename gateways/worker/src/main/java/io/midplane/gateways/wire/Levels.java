package io.midplane.gateways.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The containers that are being written, outermost first. */
final class Levels {
  private final List<Level> levels = new ArrayList<>();
  private int size;

  int size() {
    return size;
  }

  @Nullable Level top() {
    return size == 0 ? null : levels.get(size - 1);
  }

  void push(Dumper.Kind kind, Object container, int count) {
    if (size == levels.size()) {
      levels.add(new Level());
    }
    levels.get(size++).begin(kind, container, count);
  }

  void pop() {
    levels.get(--size).end();
  }

  /** Whether this very container is being written already. */
  @SuppressWarnings("ReferenceEquality") // equal ones may well be within each other
  boolean contains(Object container) {
    for (int i = 0; i < size; i++) {
      if (levels.get(i).container == container) {
        return true;
      }
    }
    return false;
  }
}
