package io.midplane.architecture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code in the pages is the code that is compiled and tested: a block behind {@code <!--
 * snippet: FILE#NAME -->} is the part of that file between {@code // snippet: NAME} and the next
 * {@code // end}, less its indentation; without a name it is the whole file.
 */
final class Snippets {

  private static final Pattern BLOCK =
      Pattern.compile("<!-- snippet: (\\S+?)(?:#(\\S+))? -->\\n```java\\n(.*?)```", Pattern.DOTALL);

  private Snippets() {}

  /** What is wrong with the blocks of a page, one line of text a block; empty if nothing is. */
  static List<String> faults(Repository repository, Path page) {
    List<String> faults = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(Repository.read(page));
    while (blocks.find()) {
      Path file = repository.root().resolve(blocks.group(1));
      String where = repository.name(page) + ", snippet " + blocks.group(1);
      if (!Files.exists(file)) {
        faults.add(where + ": no such file");
        continue;
      }
      String expected = part(Repository.read(file), blocks.group(2));
      if (!expected.equals(blocks.group(3))) {
        faults.add(where + " should read:\n" + expected);
      }
    }
    return faults;
  }

  /** How many blocks a page shows. */
  static int count(Path page) {
    return (int) BLOCK.matcher(Repository.read(page)).results().count();
  }

  private static String part(String text, String name) {
    if (name == null) {
      return text;
    }
    List<String> lines = new ArrayList<>();
    boolean inside = false;
    for (String line : text.lines().toList()) {
      String comment = line.strip();
      if (comment.equals("// snippet: " + name)) {
        inside = true;
      } else if (comment.equals("// end")) {
        inside = false;
      } else if (inside) {
        lines.add(line);
      }
    }
    return String.join("\n", lines).stripTrailing().stripIndent().stripLeading() + "\n";
  }
}
