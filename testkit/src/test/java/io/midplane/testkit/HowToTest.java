package io.midplane.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The code on the page about testing is that of tests that run. */
class HowToTest {

  private static final Pattern SNIPPET =
      Pattern.compile("<!-- snippet: (\\S+)#(\\S+) -->\n```java\n(.*?)```\n", Pattern.DOTALL);

  private final Path root = Path.of(System.getProperty("midplane.root"));

  @Test
  void shouldShowCodeThatIsTested() throws IOException {
    assertThat(SNIPPET.matcher(page()).results()).hasSize(4);
    assertThat(page().split("```java\n", -1)).as("code blocks, each with its source").hasSize(5);
    assertThat(stale(page())).isEmpty();
  }

  @Test
  void shouldFindAPlantedDifference() throws IOException {
    String planted = page().replace("probes.of(Event.class, \"changes\")", "probes.of(Row.class)");

    assertThat(stale(planted)).containsExactly("test");
  }

  private String page() throws IOException {
    return Files.readString(root.resolve("docs/howto/test-an-agent.md"));
  }

  /** The names of the snippets that differ from their source. */
  private List<String> stale(String page) throws IOException {
    List<String> stale = new ArrayList<>();
    for (MatchResult snippet : SNIPPET.matcher(page).results().toList()) {
      if (!snippet.group(3).equals(code(snippet.group(1), snippet.group(2)))) {
        stale.add(snippet.group(2));
      }
    }
    return stale;
  }

  /** The lines between the marks, moved to the left. */
  private String code(String file, String name) throws IOException {
    return Files.readString(root.resolve(file))
            .lines()
            .dropWhile(line -> !line.strip().equals("// snippet: " + name))
            .skip(1)
            .takeWhile(line -> !line.strip().equals("// end"))
            .collect(Collectors.joining("\n"))
            .stripIndent()
        + "\n";
  }
}
