package io.midplane.gateways.wire;

import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A set of Python: members in insertion order, one where Python says so, see {@link Dict}. To write
 * one, any {@link java.util.Set} does; what is read is this.
 *
 * <p>Not for several threads while one of them changes it.
 */
public final class ValueSet extends AbstractSet<@Nullable Object> {
  private final Dict members = new Dict();

  /** An empty one. */
  public ValueSet() {}

  /** These, each once. */
  public static ValueSet of(@Nullable Object... members) {
    ValueSet set = new ValueSet();
    for (Object member : members) {
      set.add(member);
    }
    return set;
  }

  /** Those of a collection, each once, in its order. */
  public static ValueSet copyOf(Collection<?> members) {
    return of(members.toArray());
  }

  @Override
  public int size() {
    return members.size();
  }

  @Override
  public boolean add(@Nullable Object member) {
    int before = members.size();
    if (!members.containsKey(member)) {
      members.put(member, null);
    }
    return members.size() != before;
  }

  @Override
  public boolean contains(@Nullable Object member) {
    return members.containsKey(member);
  }

  @Override
  public boolean remove(@Nullable Object member) {
    int before = members.size();
    members.remove(member);
    return members.size() != before;
  }

  @Override
  public void clear() {
    members.clear();
  }

  @Override
  public Iterator<@Nullable Object> iterator() {
    return members.keySet().iterator();
  }
}
