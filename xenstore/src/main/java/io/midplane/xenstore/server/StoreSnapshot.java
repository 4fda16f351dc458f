package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.Permission;
import io.midplane.xenstore.wire.Texts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The nodes of a store at one moment, as data.
 *
 * @param entries each node behind the one above it, siblings in the order of their creation; the
 *     root first
 */
public record StoreSnapshot(List<Entry> entries) {

  /** Copies the list. */
  public StoreSnapshot {
    entries = List.copyOf(entries);
  }

  /**
   * A node.
   *
   * @param path absolute
   * @param value its bytes; nobody changes the array
   * @param permissions the owner's entry first
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Entry(String path, byte[] value, List<Permission> permissions) {

    /** Copies the list. */
    public Entry {
      permissions = List.copyOf(permissions);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Entry that
          && path.equals(that.path)
          && Arrays.equals(value, that.value)
          && permissions.equals(that.permissions);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * path.hashCode() + Arrays.hashCode(value)) + permissions.hashCode();
    }

    @Override
    public String toString() {
      return path + " = \"" + Texts.shown(value) + "\" " + permissions;
    }
  }

  static StoreSnapshot of(Tree tree) {
    List<Entry> entries = new ArrayList<>();
    collect("/", tree.root(), entries);
    return new StoreSnapshot(entries);
  }

  private static void collect(String path, Node node, List<Entry> entries) {
    entries.add(new Entry(path, node.value(), node.access().permissions()));
    node.children().forEach((name, child) -> collect(Tree.child(path, name), child, entries));
  }
}
