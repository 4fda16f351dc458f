package io.midplane.testkit.xenstore;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Cuts a list down to what it takes for something to happen. */
final class Shrinking {
  private Shrinking() {}

  /** A part of the list, in its order, for which the test still holds; it must hold for all. */
  static <T> List<T> of(List<T> all, Predicate<List<T>> test) {
    List<T> kept = new ArrayList<>(all);
    for (int chunk = Math.max(1, kept.size() / 2); chunk > 0; chunk /= 2) {
      int from = 0;
      while (from < kept.size()) {
        List<T> less = new ArrayList<>(kept.subList(0, from));
        less.addAll(kept.subList(Math.min(from + chunk, kept.size()), kept.size()));
        if (!less.isEmpty() && test.test(less)) {
          kept = less;
        } else {
          from += chunk;
        }
      }
    }
    return kept;
  }
}
