package io.midplane.xenstore.server;

import io.midplane.xenstore.server.WatchIndex.Place;
import io.midplane.xenstore.wire.ErrorName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Registers watches and tells their owners what changed. */
final class Watches {
  private final WatchIndex index = new WatchIndex();
  private long lastNumber;

  /** Registers one; EEXIST if the connection has one of that path and token. */
  Watch add(Connection owner, String path, String token, int hidden, int depth) {
    Watch watch = new Watch(owner, path, token, hidden, depth, lastNumber + 1);
    if (owner.watches().putIfAbsent(new Watch.Key(path, token), watch) != null) {
      throw Refusal.of(ErrorName.EEXIST);
    }
    lastNumber++;
    index.add(watch);
    owner.domain().addWatch(watch);
    return watch;
  }

  /** Removes one; ENOENT if the connection has none of that path and token. */
  void remove(Connection owner, String path, String token) {
    Watch watch = owner.watches().remove(new Watch.Key(path, token));
    if (watch == null) {
      throw Refusal.of(ErrorName.ENOENT);
    }
    index.remove(watch);
    owner.domain().removeWatch(watch);
  }

  void removeAll(Connection owner) {
    for (Watch watch : owner.watches().values()) {
      index.remove(watch);
      owner.domain().removeWatch(watch);
    }
    owner.watches().clear();
  }

  /**
   * A node changed or was removed.
   *
   * @param node as it is, or was if it is gone
   * @param before the permissions before, if they changed
   * @param tree for the node above, which decides for who may not read the node itself
   */
  void changed(String path, Node node, @Nullable Access before, Tree tree) {
    List<Watch> concerned = index.concerned(path);
    if (concerned.isEmpty()) {
      return;
    }
    Node above = path.length() == 1 ? null : tree.get(Tree.parent(path));
    for (Watch watch : concerned) {
      if (permitted(watch, node, before, above)) {
        watch.owner().tell(watch.event(path));
      }
    }
  }

  /** A special event, with its form for one domain. */
  void special(String path, Node special, int domain) {
    String withDomain = path + "/" + domain;
    List<Watch> concerned = new ArrayList<>(index.concerned(path));
    concerned.addAll(index.concerned(withDomain));
    concerned.sort(Comparator.comparingLong(Watch::number));
    for (Watch watch : concerned) {
      if ((special.access().of(watch.owner().domain()) & Access.READ) != 0) {
        boolean detailed = watch.depth() > 0 || watch.path().length() > path.length();
        watch.owner().tell(watch.event(detailed ? withDomain : path));
      }
    }
  }

  /** The permissions of a special node changed. */
  void specialChanged(String path, Node special) {
    for (Watch watch : index.concerned(path)) {
      if ((special.access().of(watch.owner().domain()) & Access.READ) != 0) {
        watch.owner().tell(watch.event(path));
      }
    }
  }

  /**
   * A node was removed: those who watch something below it that is gone hear of just that, the
   * deepest first, before {@link #changed} tells of the node itself.
   *
   * @param before the node as it was
   * @param after what is there now, or null
   */
  void removedBelow(String path, Node before, @Nullable Node after) {
    Place place = index.find(path);
    if (place != null && place.hasBelow()) {
      removedBelow(place, path, before, after);
    }
  }

  private void removedBelow(Place place, String path, Node before, @Nullable Node after) {
    List<Place> below = new ArrayList<>();
    for (Place next : place.below()) {
      if (before.children().get(next.name()) != null) {
        below.add(next);
      }
    }
    below.sort(Comparator.comparingLong(next -> before.children().position(next.name())));
    for (Place next : below) {
      Node gone = before.children().get(next.name());
      Node now = after == null ? null : after.children().get(next.name());
      if (gone == null) {
        continue;
      }
      String nextPath = Tree.child(path, next.name());
      removedBelow(next, nextPath, gone, now);
      if (now == null) {
        for (Watch watch : List.copyOf(next.watches())) {
          if (permitted(watch, gone, null, before)) {
            watch.owner().tell(watch.event(nextPath));
          }
        }
      }
    }
  }

  private static boolean permitted(
      Watch watch, Node node, @Nullable Access before, @Nullable Node above) {
    Domain reader = watch.owner().domain();
    return reader.isPrivileged()
        || (node.access().of(reader) & Access.READ) != 0
        || (before != null && (before.of(reader) & Access.READ) != 0)
        || (above != null && (above.access().of(reader) & Access.READ) != 0);
  }
}
