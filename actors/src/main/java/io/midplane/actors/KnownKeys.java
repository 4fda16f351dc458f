package io.midplane.actors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The {@code midplane.*} keys that some {@code reference.conf} declares. */
final class KnownKeys {

  static final String ROOT = "midplane";

  private static final int SUGGESTIONS = 3;

  private final ConfigObject declared;

  private KnownKeys(ConfigObject declared) {
    this.declared = declared;
  }

  static KnownKeys of(Config reference) {
    return new KnownKeys(reference.getObject(ROOT));
  }

  /** All of them, as full paths. */
  List<String> paths() {
    List<String> paths = new ArrayList<>();
    collect(declared, ROOT, paths);
    return paths;
  }

  /**
   * Refuses a configuration with a {@code midplane.*} key that is not declared.
   *
   * @throws MidplaneException INVALID_ARGUMENT naming each such key, where it was set, and the
   *     declared keys nearest to it
   */
  void refuseOthers(Config config) {
    ConfigValue chosen = config.root().get(ROOT);
    if (chosen == null) {
      return;
    }
    Map<String, String> wrong = new TreeMap<>();
    compare(chosen, declared, ROOT, wrong);
    if (!wrong.isEmpty()) {
      throw new MidplaneException(ErrorCode.INVALID_ARGUMENT, String.join("; ", wrong.values()));
    }
  }

  /** Collects, by path, what is chosen and not declared, or declared as something else. */
  private void compare(
      ConfigValue chosen, @Nullable ConfigValue declared, String path, Map<String, String> wrong) {
    if (!(chosen instanceof ConfigObject section)) {
      if (declared == null) {
        wrong.put(path, unknown(path, chosen));
      } else if (declared instanceof ConfigObject keys) {
        wrong.put(path, noSection(path, chosen, keys));
      }
    } else if (section.isEmpty() && !(declared instanceof ConfigObject)) {
      wrong.put(path, unknown(path, chosen));
    } else {
      ConfigObject known = declared instanceof ConfigObject object ? object : null;
      section.forEach((key, value) ->
          compare(
              value,
              known == null ? null : known.get(key),
              path + "." + ConfigUtil.joinPath(key),
              wrong));
    }
  }

  private String unknown(String path, ConfigValue value) {
    return "%s: unknown setting (set in %s; expected: %s or another of reference.conf)"
        .formatted(path, value.origin().description(), String.join(", ", nearest(path)));
  }

  private static String noSection(String path, ConfigValue value, ConfigObject keys) {
    return "%s: %s (set in %s; expected: a section with any of %s)"
        .formatted(
            path,
            value.render(ConfigRenderOptions.concise()),
            value.origin().description(),
            String.join(", ", new TreeSet<>(keys.keySet())));
  }

  private static void collect(ConfigObject section, String path, List<String> paths) {
    section.forEach((key, value) -> {
      String below = path + "." + ConfigUtil.joinPath(key);
      if (value instanceof ConfigObject deeper) {
        collect(deeper, below, paths);
      } else {
        paths.add(below);
      }
    });
  }

  private List<String> nearest(String path) {
    return paths().stream()
        .sorted(
            Comparator.<String>comparingInt(known -> distance(known, path))
                .thenComparing(Comparator.naturalOrder()))
        .limit(SUGGESTIONS)
        .toList();
  }

  /** How many letters to add, drop or change to make one of the other (Levenshtein). */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
