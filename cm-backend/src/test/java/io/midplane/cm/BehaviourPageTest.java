package io.midplane.cm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each rule of docs/behaviours/cm.md has, in each test class that the page names, a test of it. */
class BehaviourPageTest {

  private static final Path HOUSE = Path.of("").toAbsolutePath().getParent();
  private static final Pattern RULE = Pattern.compile("(?m)^\\| ([A-Z]\\d+) \\|.*\\| ([^|]+) \\|$");
  private static final Pattern TEST = Pattern.compile("`(?:(\\w+): )?(\\w+)`");
  private static final Pattern DISPLAY_NAME =
      Pattern.compile("@DisplayName\\(\\s*\"([^:\"]+):", Pattern.DOTALL);

  private record Rule(String number, String module, String test) {}

  private static List<Rule> rules() throws IOException {
    List<Rule> rules = new ArrayList<>();
    String page = Files.readString(HOUSE.resolve("docs/behaviours/cm.md"));
    for (MatchResult row : RULE.matcher(page).results().toList()) {
      for (MatchResult test : TEST.matcher(row.group(2)).results().toList()) {
        String module = test.group(1) == null ? "cm-backend" : test.group(1);
        rules.add(new Rule(row.group(1), module, test.group(2)));
      }
    }
    return rules;
  }

  private static boolean isShown(Rule rule) {
    String folder = rule.module().equals("cm-backend") ? "cm" : rule.module();
    Path file =
        HOUSE.resolve(
            "%s/src/test/java/io/midplane/%s/%s.java"
                .formatted(rule.module(), folder, rule.test()));
    try {
      return DISPLAY_NAME
          .matcher(Files.readString(file))
          .results()
          .flatMap(name -> List.of(name.group(1).split(", ")).stream())
          .anyMatch(rule.number()::equals);
    } catch (IOException missing) {
      throw new AssertionError(rule.toString(), missing);
    }
  }

  @Test
  void shouldFindATestOfEachRuleWhereThePageSaysItIs() throws IOException {
    List<Rule> rules = rules();

    assertThat(rules.stream().map(Rule::number).distinct()).hasSizeGreaterThanOrEqualTo(40);
    assertThat(rules).allMatch(BehaviourPageTest::isShown);
  }

  @Test
  void shouldMissARuleThatNoTestNames() {
    assertThat(isShown(new Rule("B99", "cm-backend", "SaveTest"))).isFalse();
  }
}
