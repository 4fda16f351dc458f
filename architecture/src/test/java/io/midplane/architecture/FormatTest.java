package io.midplane.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every Java file is formatted as google-java-format does it; {@code .ci/format} does it. */
class FormatTest {

  @Test
  void shouldFindEveryFileFormatted() {
    Repository repository = Repository.current();
    List<Path> files = repository.files(".java");

    assertThat(files).hasSizeGreaterThan(Module.values().length);
    assertThat(notFormatted(files).stream().map(repository::name))
        .as("files that are not formatted (fix: .ci/format)")
        .isEmpty();
  }

  @Test
  void shouldFindAPlantedFault(@TempDir Path folder) throws IOException {
    Path good = Files.writeString(folder.resolve("Good.java"), "class Good {}\n");
    Path spaces = Files.writeString(folder.resolve("Spaces.java"), "class  Spaces { }\n");
    Path unused =
        Files.writeString(
            folder.resolve("Unused.java"), "import java.util.List;\n\nclass Unused {}\n");
    Path broken = Files.writeString(folder.resolve("Broken.java"), "class Broken {\n");

    assertThat(notFormatted(List.of(good, spaces, unused)))
        .containsExactlyInAnyOrder(spaces, unused);
    assertThat(notFormatted(List.of(good, broken))).containsExactly(broken);
  }

  /** What google-java-format would change, or cannot read. */
  private static List<Path> notFormatted(List<Path> files) {
    var changed = new StringWriter();
    var errors = new StringWriter();
    String[] arguments =
        Stream.concat(Stream.of("--dry-run"), files.stream().map(Path::toString))
            .toArray(String[]::new);
    int status =
        ToolProvider.findFirst("google-java-format")
            .orElseThrow()
            .run(new PrintWriter(changed), new PrintWriter(errors), arguments);

    List<Path> found =
        files.stream()
            .filter(file -> changed.toString().lines().anyMatch(file.toString()::equals))
            .toList();
    if (status == 0) {
      return found;
    }
    List<Path> unreadable =
        files.stream().filter(file -> errors.toString().contains(file + ":")).toList();
    assertThat(unreadable).as(errors.toString()).isNotEmpty();
    return Stream.concat(found.stream(), unreadable.stream()).toList();
  }
}
