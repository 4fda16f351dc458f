package io.midplane.gateways.wire;

import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tuple of Python: a fixed row of values, null included. Not a {@link List}, since to Python
 * {@code (1, 2)} and {@code [1, 2]} are two things. Equal to another by Python's equality of its
 * elements: {@code Tuple.of(1)} equals {@code Tuple.of(1.0)}. Immutable, as far as its elements
 * are.
 */
public final class Tuple implements Iterable<@Nullable Object> {
  private static final Tuple EMPTY = new Tuple(new Object[0]);

  private final @Nullable Object[] elements;

  private Tuple(@Nullable Object[] elements) {
    this.elements = elements;
  }

  /** These, in order. */
  public static Tuple of(@Nullable Object... elements) {
    return elements.length == 0 ? EMPTY : new Tuple(elements.clone());
  }

  /** Those of a list, in order. */
  public static Tuple copyOf(List<?> elements) {
    return own(elements.toArray());
  }

  /** Of an array that nobody changes any more. */
  static Tuple own(@Nullable Object[] elements) {
    return elements.length == 0 ? EMPTY : new Tuple(elements);
  }

  /** How many there are. */
  public int size() {
    return elements.length;
  }

  /**
   * One of them.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public @Nullable Object get(int index) {
    return elements[index];
  }

  /** All of them as a list that cannot be changed, without a copy. */
  public List<@Nullable Object> asList() {
    return Collections.unmodifiableList(Arrays.asList(elements));
  }

  @Override
  public Iterator<@Nullable Object> iterator() {
    return asList().iterator();
  }

  /** Equal if the elements are, as Python compares them. */
  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Tuple tuple) || elements.length != tuple.elements.length) {
      return false;
    }
    for (int i = 0; i < elements.length; i++) {
      if (!Keys.equal(elements[i], tuple.elements[i])) {
        return false;
      }
    }
    return true;
  }

  /** Goes with {@link #equals}. */
  @Override
  public int hashCode() {
    int hash = 1;
    for (Object element : elements) {
      hash = 31 * hash + Keys.hash(element);
    }
    return hash;
  }

  /** As Python writes it, with Java's elements. */
  @Override
  public String toString() {
    String inner = asList().toString();
    return "(" + inner.substring(1, inner.length() - 1) + (elements.length == 1 ? ",)" : ")");
  }
}
