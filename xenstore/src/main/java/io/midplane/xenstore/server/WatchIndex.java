package io.midplane.xenstore.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All watches by path, name by name: a change costs the length of its path, whatever else is
 * watched elsewhere.
 */
final class WatchIndex {
  private final Place root = new Place(null, "");
  private final Map<String, Place> specials = new HashMap<>();

  /** A path that is watched, or that leads to one. */
  static final class Place {
    private final @Nullable Place above;
    private final String name;
    private final Map<String, Place> below = new HashMap<>(4);
    private final List<Watch> watches = new ArrayList<>(1);

    private Place(@Nullable Place above, String name) {
      this.above = above;
      this.name = name;
    }

    String name() {
      return name;
    }

    /** In the order of registration. */
    List<Watch> watches() {
      return watches;
    }

    Iterable<Place> below() {
      return below.values();
    }

    boolean hasBelow() {
      return !below.isEmpty();
    }

    private boolean isUnused() {
      return watches.isEmpty() && below.isEmpty();
    }
  }

  void add(Watch watch) {
    Place at = first(watch.path());
    for (String name : names(watch.path())) {
      Place parent = at;
      at = parent.below.computeIfAbsent(name, key -> new Place(parent, key));
    }
    at.watches.add(watch);
  }

  private Place first(String path) {
    return path.charAt(0) == '@'
        ? specials.computeIfAbsent(path, key -> new Place(null, key))
        : root;
  }

  void remove(Watch watch) {
    Place at = find(watch.path());
    if (at == null) {
      return;
    }
    at.watches.remove(watch);
    if (at.isUnused() && watch.path().charAt(0) == '@') {
      specials.remove(watch.path());
    }
    while (at.isUnused() && at.above != null) {
      at.above.below.remove(at.name);
      at = at.above;
    }
  }

  /** The place of exactly that path, or null if nothing there or below is watched. */
  @Nullable Place find(String path) {
    if (path.charAt(0) == '@') {
      return specials.get(path);
    }
    Place at = root;
    for (int from = 1; at != null && from < path.length(); ) {
      int end = endOfName(path, from);
      at = at.below.get(path.substring(from, end));
      from = end + 1;
    }
    return at;
  }

  /** The watches that a change at that path concerns, in the order of their registration. */
  List<Watch> concerned(String path) {
    Place at = path.charAt(0) == '@' ? specials.get(path) : root;
    int levels = path.length() == 1 || path.charAt(0) == '@' ? 0 : count(path);
    List<Watch> found = new ArrayList<>(0);
    int from = 1;
    while (at != null) {
      for (Watch watch : at.watches) {
        if (watch.reaches(levels)) {
          found.add(watch);
        }
      }
      if (levels == 0 || at.below.isEmpty()) {
        break;
      }
      int end = endOfName(path, from);
      at = at.below.get(path.substring(from, end));
      from = end + 1;
      levels--;
    }
    if (found.size() > 1) {
      found.sort((one, other) -> Long.compare(one.number(), other.number()));
    }
    return found;
  }

  private static int count(String path) {
    int slashes = 0;
    for (int at = 0; at < path.length(); at++) {
      if (path.charAt(at) == '/') {
        slashes++;
      }
    }
    return slashes;
  }

  private static List<String> names(String path) {
    List<String> names = new ArrayList<>();
    if (path.charAt(0) != '@') {
      for (int from = 1; from < path.length(); ) {
        int end = endOfName(path, from);
        names.add(path.substring(from, end));
        from = end + 1;
      }
    }
    return names;
  }

  private static int endOfName(String path, int from) {
    int end = path.indexOf('/', from);
    return end < 0 ? path.length() : end;
  }
}
