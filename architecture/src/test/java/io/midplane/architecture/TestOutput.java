package io.midplane.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks for dead letters and unhandled messages in what the tests printed.
 *
 * <p>Akka logs a line for each of them, and surefire keeps what a test class printed in a file of
 * its own. A test that means to lose messages prints, once and anywhere in its output, {@value
 * #DECLARATION} followed by a text that stands in the lines it expects: the type of the message or
 * the path of the actor.
 */
final class TestOutput {

  /** Starts a declaration; the rest of the line is the text. */
  static final String DECLARATION = "midplane-test: expects dead letters naming ";

  /** Stands in Akka's line for a dead letter, a dropped and an unhandled message alike. */
  private static final String FINDING = "dead letters encountered";

  /** A text found in here would excuse any line. */
  private static final String ANY_LINE =
      "INFO akka.actor.LocalActorRef Message [java.lang.String] to Actor[akka://name/user/] from"
          + " Actor[akka://name/system/] was not delivered. was unhandled. was dropped. [1] dead"
          + " letters encountered.";

  private static final Pattern DECLARED = Pattern.compile(Pattern.quote(DECLARATION) + "(.*)");

  private TestOutput() {}

  /** The faults in one file, each with the name of the file. */
  static List<String> faults(Path file) {
    List<String> lines = lines(file);
    List<String> expected =
        lines.stream()
            .map(DECLARED::matcher)
            .filter(Matcher::find)
            .map(matcher -> matcher.group(1).strip())
            .toList();
    Stream<String> tooWide =
        expected.stream()
            .filter(ANY_LINE::contains)
            .map(text -> "declared text would excuse any dead letter: \"" + text + "\"");
    Stream<String> undeclared =
        lines.stream()
            .filter(line -> line.contains(FINDING))
            .filter(line -> expected.stream().noneMatch(line::contains))
            .map(line -> "undeclared dead letter or unhandled message: " + line);
    return Stream.concat(tooWide, undeclared)
        .map(fault -> file.getFileName() + ": " + fault)
        .toList();
  }

  /** The output files of a module's tests. */
  static List<Path> files(Path module) {
    return reports(module, "-output.txt");
  }

  /** True if the module's tests ran, whether or not they printed anything. */
  static boolean ran(Path module) {
    return reports(module, ".xml").stream()
        .anyMatch(file -> file.getFileName().toString().startsWith("TEST-"));
  }

  private static List<Path> reports(Path module, String suffix) {
    Path folder = module.resolve("target/surefire-reports");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try (Stream<String> lines = Files.lines(file, java.nio.charset.StandardCharsets.ISO_8859_1)) {
      return lines.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
