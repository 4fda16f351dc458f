package io.midplane.gateways.worker;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where in the destination one is: the folders from its root to there, all held open. Files that
 * follow one another are mostly in the same folder, so that little is opened twice.
 */
final class RsyncPlace implements Closeable {
  private final RsyncFolder root;
  private final List<String> names = new ArrayList<>();
  private final List<RsyncFolder> folders = new ArrayList<>();

  /** At the root, which belongs to this from now on. */
  RsyncPlace(RsyncFolder root) {
    this.root = root;
    folders.add(root);
  }

  /**
   * Goes to the folder of a path.
   *
   * @param path the last name is the file's own
   */
  RsyncFolder folderOf(List<String> path) throws IOException {
    int depth = path.size() - 1;
    int same = 0;
    while (same < Math.min(depth, names.size()) && names.get(same).equals(path.get(same))) {
      same++;
    }
    leaveTo(same);
    while (names.size() < depth) {
      String name = path.get(names.size());
      folders.add(folders.getLast().enter(name));
      names.add(name);
    }
    return folders.getLast();
  }

  private void leaveTo(int depth) throws IOException {
    while (names.size() > depth) {
      names.removeLast();
      folders.removeLast().close();
    }
  }

  @Override
  public void close() throws IOException {
    leaveTo(0);
    root.close();
  }
}
