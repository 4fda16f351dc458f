package io.midplane.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules hold in every module, and none of the classes was overlooked. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HouseTest {

  /** Fewer classes than this means that the import broke, not that the house shrank. */
  private static final int FEWEST_CLASSES = 400;

  private final Repository repository = Repository.current();
  private JavaClasses classes;

  @BeforeAll
  void importClasses() {
    classes = House.mainClasses();
  }

  static List<ArchRule> rules() {
    return House.rules();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldKeepTheRule(ArchRule rule) {
    rule.check(classes);
  }

  @Test
  void shouldKnowEveryModuleOfTheBuild() {
    assertThat(Arrays.stream(Module.values()).map(Module::folder))
        .containsExactlyInAnyOrderElementsOf(
            repository.modules().stream().filter(m -> !m.equals("architecture")).toList());
  }

  @Test
  void shouldSeeTheClassOfEverySource() {
    Set<String> seen =
        classes.stream().map(JavaClass::getFullName).collect(Collectors.toUnmodifiableSet());
    List<String> sources =
        repository.files(".java").stream().map(repository::name).map(Path::of).toList().stream()
            .filter(path -> path.toString().contains("/src/main/java/"))
            .map(HouseTest::className)
            .toList();

    assertThat(sources).hasSizeGreaterThanOrEqualTo(Module.values().length);
    assertThat(seen).containsAll(sources);
    assertThat(classes.size()).isGreaterThanOrEqualTo(FEWEST_CLASSES);
  }

  private static String className(Path source) {
    String inPackages = source.toString().replaceFirst("^.*/src/main/java/", "");
    return inPackages.replaceFirst("\\.java$", "").replace('/', '.');
  }
}
