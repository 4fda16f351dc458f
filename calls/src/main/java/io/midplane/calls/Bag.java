package io.midplane.calls;

import java.util.ArrayList;

/**
 * A collection whose members remember their place, so that adding and removing cost the same at any
 * size. A member is in at most one bag. Guarded by the graph's lock.
 */
final class Bag<M extends Bag.Member> {

  /** What can be in a bag. */
  abstract static sealed class Member permits Call, Callee, Slot {
    int place = -1;

    final boolean isInBag() {
      return place >= 0;
    }
  }

  private final ArrayList<M> members = new ArrayList<>(4);

  int size() {
    return members.size();
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  M get(int index) {
    return members.get(index);
  }

  void add(M member) {
    member.place = members.size();
    members.add(member);
  }

  void clear() {
    members.forEach(member -> member.place = -1);
    members.clear();
  }

  void remove(M member) {
    M last = members.removeLast();
    if (last != member) {
      members.set(member.place, last);
      last.place = member.place;
    }
    member.place = -1;
  }
}
