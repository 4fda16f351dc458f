package io.midplane.cm;

import io.midplane.cm.ConfigStore.Stamp;
import java.lang.ref.SoftReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration once for all agents that load it, as long as its file stays the same. What
 * was read is kept while there is memory to spare. Blocks: on the disk, and while another thread
 * reads. Thread-safe.
 */
final class LoadSource {

  private record Known(Stamp stamp, SavedContent content) {}

  private final ConfigStore store;
  private SoftReference<@Nullable Known> last = new SoftReference<>(null);

  LoadSource(ConfigStore store) {
    this.store = store;
  }

  /** The configuration, all of it; refused as {@link ConfigStore#read} says. */
  synchronized SavedContent read(String name) {
    // Before the content: what replaces the file meanwhile makes the next call read again.
    Stamp stamp = store.stamp(name);
    Known known = last.get();
    if (known != null && known.stamp().equals(stamp)) {
      return known.content();
    }
    SavedContent content = store.read(name, table -> true);
    last = new SoftReference<>(new Known(stamp, content));
    return content;
  }
}
