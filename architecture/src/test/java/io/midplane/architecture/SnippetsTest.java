package io.midplane.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnippetsTest {

  private static final int PAGES_FLOOR = 4;

  @Test
  void shouldShowOnlyCodeThatIsCompiledAndTested() {
    Repository repository = Repository.current();
    List<Path> pages =
        repository.files(".md").stream().filter(page -> Snippets.count(page) > 0).toList();

    assertThat(pages).hasSizeGreaterThanOrEqualTo(PAGES_FLOOR);
    assertThat(pages).flatMap(page -> Snippets.faults(repository, page)).isEmpty();
  }

  @Test
  void shouldNoticeABlockThatDiffersFromItsFile(@TempDir Path root) throws Exception {
    Files.writeString(
        root.resolve("A.java"), "class A {\n  // snippet: x\n  int a;\n  // end\n}\n");
    Path page = root.resolve("page.md");

    Files.writeString(page, "<!-- snippet: A.java#x -->\n```java\nint b;\n```\n");
    assertThat(Snippets.faults(new Repository(root), page))
        .singleElement()
        .asString()
        .contains("int a;");

    Files.writeString(page, "<!-- snippet: A.java#x -->\n```java\nint a;\n```\n");
    assertThat(Snippets.faults(new Repository(root), page)).isEmpty();
  }
}
