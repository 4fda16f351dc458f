package io.midplane.cm;

import java.time.Instant;
import java.util.List;

/**
 * A configuration as a file holds it. Immutable.
 *
 * @param name the configuration's name
 * @param saved when it was saved
 * @param tables in the order in which they are loaded and saved
 */
record SavedContent(String name, Instant saved, List<SavedRows> tables) {

  SavedContent {
    tables = List.copyOf(tables);
  }
}
