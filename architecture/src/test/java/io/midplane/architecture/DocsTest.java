package io.midplane.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pages hold together, and nothing in the repository depends on the machine it was written on.
 */
class DocsTest {

  /**
   * Home folders, work folders, hosts that only one network knows, and settings of a package
   * mirror.
   */
  private static final Pattern OF_ONE_MACHINE =
      Pattern.compile(
          "(?<![\\w./-])/(?:root|work|workspace|mnt)/"
              + "|://[\\w.-]*\\.(?:internal|corp|lan|local|intra)\\b"
              + "|<mirrorOf>|<distributionManagement>|<(?:pluginR|r)epository>"
              + "|(?:index-url|registry)\\s*=\\s*http");

  private static final List<String> TEXTS =
      List.of(
          ".java",
          ".md",
          ".xml",
          ".proto",
          ".conf",
          ".sh",
          ".py",
          ".yml",
          ".properties",
          ".config",
          "midplane",
          "NOTICE",
          ".ci/run",
          ".ci/format",
          ".ci/check-reports");

  private final Repository repository = Repository.current();

  @Test
  void shouldFindNoBrokenLink() {
    List<Path> pages = repository.files(".md");

    assertThat(pages).isNotEmpty();
    assertThat(
            pages.stream()
                .flatMap(page ->
                    Links.broken(page).stream().map(link -> repository.name(page) + ": " + link)))
        .isEmpty();
  }

  @Test
  void shouldFindPlantedBrokenLinks(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("there.md"), "# One thing: `two`\n\n# Again\n# Again\n");
    Path page =
        Files.writeString(
            folder.resolve("page.md"),
            """
            # Here
            [a](there.md) [b](there.md#one-thing-two) [c](#here) [d](https://example.org/none)
            [e](gone.md) and [f](there.md#none), [g](#gone), [h](there.md#again-1) `[i](code.md)`
            ```
            [j](code.md)
            ```
            [k]: lost.md
            """);

    assertThat(Links.broken(page))
        .containsExactlyInAnyOrder("gone.md", "there.md#none", "#gone", "lost.md");
  }

  @Test
  void shouldNameNoMachine() {
    List<Path> files = TEXTS.stream().flatMap(end -> repository.files(end).stream()).toList();

    assertThat(files).hasSizeGreaterThan(30);
    assertThat(
            files.stream()
                .filter(file -> !file.endsWith("DocsTest.java"))
                .flatMap(file ->
                    ofOneMachine(Repository.read(file).lines()).stream()
                        .map(line -> repository.name(file) + ": " + line)))
        .isEmpty();
  }

  @Test
  void shouldFindPlantedMachineNames() {
    assertThat(
            ofOneMachine(
                Stream.of(
                    "see /root/notes",
                    "cp /mnt/disk/a b",
                    "https://proxy.corp/maven",
                    "<repository>",
                    "registry=https://x")))
        .hasSize(5);
    assertThat(
            ofOneMachine(
                Stream.of(
                    "docs/root/page",
                    "/home/u",
                    "/usr/lib/jvm",
                    "https://example.org",
                    "a.local.Name")))
        .isEmpty();
  }

  private static List<String> ofOneMachine(Stream<String> lines) {
    return lines.filter(line -> OF_ONE_MACHINE.matcher(line).find()).toList();
  }
}
