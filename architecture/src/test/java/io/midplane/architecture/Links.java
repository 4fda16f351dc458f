package io.midplane.architecture;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The relative links of a Markdown page: each leads to a file, and to a heading if it names one.
 */
final class Links {

  private static final Pattern LINK =
      Pattern.compile(
          "\\[[^\\]\\[]*\\]\\(([^)\\s]+)(?:\\s+\"[^\"]*\")?\\)|^\\[[^\\]]+\\]:\\s+(\\S+)");

  private static final Pattern ELSEWHERE = Pattern.compile("[a-z][a-z0-9+.-]*:.*|//.*");
  private static final Pattern HEADING = Pattern.compile("#{1,6}\\s+(.*?)\\s*#*");

  private Links() {}

  /** The links of a page that lead nowhere. */
  static List<String> broken(Path page) {
    List<String> broken = new ArrayList<>();
    for (String line : proseOf(page)) {
      String withoutCode = line.replaceAll("`[^`]*`", "");
      LINK.matcher(withoutCode)
          .results()
          .map(Links::target)
          .filter(target -> !ELSEWHERE.matcher(target).matches())
          .filter(target -> !leadsSomewhere(page, target))
          .forEach(broken::add);
    }
    return broken;
  }

  private static String target(MatchResult link) {
    return link.group(1) != null ? link.group(1) : link.group(2);
  }

  private static boolean leadsSomewhere(Path page, String target) {
    String[] parts = target.split("#", 2);
    String path = URLDecoder.decode(parts[0].replace("+", "%2B"), StandardCharsets.UTF_8);
    Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
    if (!Files.exists(file)) {
      return false;
    }
    boolean namesHeading = parts.length == 2 && file.toString().endsWith(".md");
    return !namesHeading || anchors(file).contains(parts[1]);
  }

  /**
   * The anchors of a page's headings, as they are made on the web: lower case, dashes, numbered if
   * repeated.
   */
  private static Set<String> anchors(Path page) {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    for (String line : proseOf(page)) {
      var heading = HEADING.matcher(line);
      if (heading.matches()) {
        String text = heading.group(1).replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1");
        String anchor =
            text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
        int earlier = seen.merge(anchor, 1, Integer::sum) - 1;
        anchors.add(earlier == 0 ? anchor : anchor + "-" + earlier);
      }
    }
    return anchors;
  }

  /** The lines of a page outside its code blocks. */
  private static List<String> proseOf(Path page) {
    List<String> prose = new ArrayList<>();
    boolean code = false;
    for (String line : Repository.read(page).split("\n")) {
      if (line.stripLeading().startsWith("```")) {
        code = !code;
      } else if (!code) {
        prose.add(line);
      }
    }
    return prose;
  }
}
