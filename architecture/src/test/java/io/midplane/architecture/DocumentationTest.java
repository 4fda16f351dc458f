package io.midplane.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule 3: what is public is documented, and every package says what it is for. */
class DocumentationTest {

  private final Repository repository = Repository.current();

  @Test
  void shouldFindJavadocOnEveryPublicTypeAndPackage() throws IOException {
    List<Path> sources = mainSources();

    assertThat(sources).hasSizeGreaterThanOrEqualTo(Module.values().length);
    assertThat(Documentation.missing(sources).stream().map(repository::name))
        .as("files whose public type or package has no Javadoc")
        .isEmpty();
  }

  @Test
  void shouldFindAPackageInfoInEveryPackage() {
    assertThat(mainSources().stream().map(Path::getParent).distinct())
        .as("packages without package-info.java")
        .allMatch(folder -> Files.exists(folder.resolve("package-info.java")));
  }

  @Test
  void shouldFindPlantedFaults(@TempDir Path folder) throws IOException {
    Path told = write(folder, "Told.java", "/** Told. */ public class Told {}");
    Path closed = write(folder, "Closed.java", "class Closed {}");
    Path untold = write(folder, "Untold.java", "// no\npublic record Untold() {}");
    Path info = write(folder, "package-info.java", "package planted;");

    assertThat(Documentation.missing(List.of(told, closed, untold, info)))
        .containsExactlyInAnyOrder(untold, info);
  }

  private List<Path> mainSources() {
    return repository.files(".java").stream()
        .filter(file -> repository.name(file).contains("/src/main/java/"))
        .toList();
  }

  private static Path write(Path folder, String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
