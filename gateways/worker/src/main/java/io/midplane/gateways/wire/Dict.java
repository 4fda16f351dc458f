package io.midplane.gateways.wire;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A dict of Python: a map in insertion order whose keys are one if Python says so. {@code 1},
 * {@code 1L}, {@code 1.0} and {@code true} are one key; the first of them stays, the last value
 * wins. Null is a key and a value like others.
 *
 * <p>Not for several threads while one of them changes it. Removing takes time in proportion to the
 * size.
 */
public final class Dict extends AbstractMap<@Nullable Object, @Nullable Object> {
  private static final int SMALL = 8;
  private static final int[] NO_INDEX = {};
  private static final int[] NO_HASHES = {};
  private static final Object[] NOTHING = {};

  private @Nullable Object[] keys = NOTHING;
  private @Nullable Object[] values = NOTHING;
  private int[] hashes = NO_HASHES;

  /** Positions + 1 by hash, 0 where there is none; empty while a look at all keys is faster. */
  private int[] index = NO_INDEX;

  private int size;
  private int changes;

  /** An empty one. */
  public Dict() {}

  /** The entries of another map, in its order. */
  public static Dict copyOf(Map<?, ?> entries) {
    Dict dict = new Dict();
    dict.putAll(entries);
    return dict;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public @Nullable Object put(@Nullable Object key, @Nullable Object value) {
    int hash = spread(key);
    int position = find(key, hash);
    if (position >= 0) {
      Object before = values[position];
      values[position] = value;
      return before;
    }
    append(key, hash, value);
    return null;
  }

  @Override
  public @Nullable Object get(@Nullable Object key) {
    int position = find(key, spread(key));
    return position < 0 ? null : values[position];
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return find(key, spread(key)) >= 0;
  }

  @Override
  public @Nullable Object remove(@Nullable Object key) {
    int position = find(key, spread(key));
    if (position < 0) {
      return null;
    }
    Object before = values[position];
    removeAt(position);
    return before;
  }

  @Override
  public void clear() {
    Arrays.fill(keys, 0, size, null);
    Arrays.fill(values, 0, size, null);
    index = NO_INDEX;
    size = 0;
    changes++;
  }

  @Override
  public Set<Entry<@Nullable Object, @Nullable Object>> entrySet() {
    return new Entries();
  }

  @Nullable Object keyAt(int position) {
    return keys[position];
  }

  @Nullable Object valueAt(int position) {
    return values[position];
  }

  private static int spread(@Nullable Object key) {
    int hash = Keys.hash(key);
    return hash ^ hash >>> 16;
  }

  private int find(@Nullable Object key, int hash) {
    if (index.length == 0) {
      for (int position = 0; position < size; position++) {
        if (hashes[position] == hash && Keys.equal(keys[position], key)) {
          return position;
        }
      }
      return -1;
    }
    int mask = index.length - 1;
    for (int slot = hash & mask; index[slot] != 0; slot = slot + 1 & mask) {
      int position = index[slot] - 1;
      if (hashes[position] == hash && Keys.equal(keys[position], key)) {
        return position;
      }
    }
    return -1;
  }

  private void append(@Nullable Object key, int hash, @Nullable Object value) {
    if (size == keys.length) {
      grow();
    }
    keys[size] = key;
    hashes[size] = hash;
    values[size] = value;
    size++;
    changes++;
    if (size > SMALL) {
      if (index.length < size * 2) {
        reindex(Integer.highestOneBit(size) * 4);
      } else {
        enter(size - 1);
      }
    }
  }

  private void grow() {
    int capacity = Math.max(SMALL, keys.length * 2);
    keys = Arrays.copyOf(keys, capacity);
    values = Arrays.copyOf(values, capacity);
    hashes = Arrays.copyOf(hashes, capacity);
  }

  private void reindex(int slots) {
    index = new int[slots];
    for (int position = 0; position < size; position++) {
      enter(position);
    }
  }

  private void enter(int position) {
    int mask = index.length - 1;
    int slot = hashes[position] & mask;
    while (index[slot] != 0) {
      slot = slot + 1 & mask;
    }
    index[slot] = position + 1;
  }

  private void removeAt(int position) {
    int behind = size - position - 1;
    System.arraycopy(keys, position + 1, keys, position, behind);
    System.arraycopy(values, position + 1, values, position, behind);
    System.arraycopy(hashes, position + 1, hashes, position, behind);
    size--;
    keys[size] = null;
    values[size] = null;
    changes++;
    if (index.length > 0) {
      reindex(index.length);
    }
  }

  private final class Entries extends AbstractSet<Entry<@Nullable Object, @Nullable Object>> {
    @Override
    public int size() {
      return size;
    }

    @Override
    public Iterator<Entry<@Nullable Object, @Nullable Object>> iterator() {
      return new EntryIterator();
    }
  }

  private final class EntryIterator implements Iterator<Entry<@Nullable Object, @Nullable Object>> {
    private int next;
    private int expected = changes;

    @Override
    public boolean hasNext() {
      return next < size;
    }

    @Override
    public Entry<@Nullable Object, @Nullable Object> next() {
      requireUnchanged();
      if (next >= size) {
        throw new NoSuchElementException();
      }
      int position = next++;
      return new Written(keys[position], values[position]);
    }

    @Override
    public void remove() {
      requireUnchanged();
      removeAt(--next);
      expected = changes;
    }

    private void requireUnchanged() {
      if (changes != expected) {
        throw new ConcurrentModificationException();
      }
    }
  }

  /** An entry that changes the map when it is set. */
  private final class Written extends SimpleEntry<@Nullable Object, @Nullable Object> {
    private static final long serialVersionUID = 1L;

    Written(@Nullable Object key, @Nullable Object value) {
      super(key, value);
    }

    @Override
    public @Nullable Object setValue(@Nullable Object value) {
      put(getKey(), value);
      return super.setValue(value);
    }
  }
}
