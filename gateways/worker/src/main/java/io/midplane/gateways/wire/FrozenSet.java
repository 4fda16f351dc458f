package io.midplane.gateways.wire;

import java.util.AbstractSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A frozenset of Python: a {@link ValueSet} that cannot be changed, and so can be a key. Equal to
 * any set with the same members.
 */
public final class FrozenSet extends AbstractSet<@Nullable Object> {
  private final ValueSet members;

  private FrozenSet(ValueSet members) {
    this.members = members;
  }

  /** These, each once. */
  public static FrozenSet of(@Nullable Object... members) {
    return new FrozenSet(ValueSet.of(members));
  }

  /** Those of a collection, each once, in its order. */
  public static FrozenSet copyOf(Collection<?> members) {
    return new FrozenSet(ValueSet.copyOf(members));
  }

  @Override
  public int size() {
    return members.size();
  }

  @Override
  public boolean contains(@Nullable Object member) {
    return members.contains(member);
  }

  @Override
  public Iterator<@Nullable Object> iterator() {
    return Collections.unmodifiableSet(members).iterator();
  }

  /** By Python's equality, so that it goes with that of {@link Dict}. */
  @Override
  public int hashCode() {
    int hash = 0;
    for (Object member : members) {
      hash += Keys.hash(member);
    }
    return hash;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other);
  }
}
