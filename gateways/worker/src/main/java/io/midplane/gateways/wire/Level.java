package io.midplane.gateways.wire;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** A container that is being written, and how far it is. Used again for others. */
final class Level {
  final @Nullable Level outer;

  /** For containers within this one, made when it is needed. */
  private @Nullable Level within;

  Dumper.Kind kind = Dumper.Kind.LIST;
  @Nullable Object container;
  int count;

  /** The position of the next element or entry. */
  int next;

  /** The key of the current entry is written or being written. */
  boolean hasKey;

  /** What interrupted this container is an element or a value within it. */
  boolean inner;

  private @Nullable List<?> list;
  private @Nullable Iterator<?> iterator;
  private Map.@Nullable Entry<?, ?> entry;

  Level(@Nullable Level outer) {
    this.outer = outer;
  }

  /** The level of a container within this one. */
  Level within() {
    Level level = within == null ? new Level(this) : within;
    within = level;
    return level;
  }

  void begin(Dumper.Kind ofKind, Object newContainer, int ofCount) {
    kind = ofKind;
    container = newContainer;
    count = ofCount;
    next = 0;
    hasKey = false;
    inner = false;
    list =
        newContainer instanceof List<?> elements && elements instanceof RandomAccess
            ? elements
            : null;
    iterator = null;
    if (newContainer instanceof Map<?, ?> map && !(map instanceof Dict)) {
      iterator = map.entrySet().iterator();
    } else if (newContainer instanceof Iterable<?> elements && list == null) {
      iterator = elements.iterator();
    }
  }

  /** Forgets what was written, so that it is not kept alive; the one around it. */
  @Nullable Level end() {
    container = null;
    list = null;
    iterator = null;
    entry = null;
    return outer;
  }

  @Nullable Object nextElement() {
    int position = next++;
    return list != null ? list.get(position) : Objects.requireNonNull(iterator).next();
  }

  boolean hasEntry() {
    return Objects.requireNonNull(iterator).hasNext();
  }

  void nextEntry() {
    entry = (Map.Entry<?, ?>) Objects.requireNonNull(iterator).next();
  }

  Map.Entry<?, ?> entry() {
    return Objects.requireNonNull(entry);
  }
}
