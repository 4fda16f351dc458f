package io.midplane.testkit;

import com.typesafe.config.ConfigFactory;
import io.midplane.actors.MidplaneSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What one test wants, read from its annotations.
 *
 * @param test the test's class and method, for messages
 * @param midplane what its runtime is started with
 * @param dataDirectory the runtime's data directory, made for this test
 * @param expected what it declares to lose
 * @param alone whether no other test runs at the same time
 */
record TestRunSettings(
    String test,
    MidplaneSettings midplane,
    Path dataDirectory,
    List<ExpectedLoss> expected,
    boolean alone) {

  private static final int LONGEST_NAME = 24;

  /**
   * Reads the annotations.
   *
   * @param number of this run, so that two runs of one test can be told apart
   */
  static TestRunSettings of(ExtensionContext context, int number) {
    Method method = context.getRequiredTestMethod();
    Path dataDirectory = temporaryDirectory();
    MidplaneSettings settings =
        MidplaneSettings.defaults()
            .name(runtimeName(method.getName(), number))
            .dataDirectory(dataDirectory)
            .with(ConfigFactory.parseString(hocon(context)));
    boolean parallel =
        context
            .getConfigurationParameter("junit.jupiter.execution.parallel.enabled")
            .map(Boolean::parseBoolean)
            .orElse(false);
    String test = context.getRequiredTestClass().getSimpleName() + "." + method.getName();
    return new TestRunSettings(test, settings, dataDirectory, ExpectedLoss.of(method), !parallel);
  }

  /** The lines of the classes from the outermost in, then those of the method: the last wins. */
  private static String hocon(ExtensionContext context) {
    List<Class<?>> classes = new ArrayList<>(context.getEnclosingTestClasses());
    classes.add(context.getRequiredTestClass());
    return Stream.concat(classes.stream(), Stream.of(context.getRequiredTestMethod()))
        .flatMap(element -> AnnotationSupport.findAnnotation(element, MidplaneTest.class).stream())
        .flatMap(annotation -> Stream.of(annotation.config()))
        .collect(java.util.stream.Collectors.joining("\n"));
  }

  /** A name by the process-name rule that shows which test it is. */
  private static String runtimeName(String method, int number) {
    String plain = method.replaceAll("[^A-Za-z0-9_]", "");
    String start = plain.isEmpty() || !Character.isLetter(plain.charAt(0)) ? "test" + plain : plain;
    return start.substring(0, Math.min(start.length(), LONGEST_NAME)) + "_" + number;
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("midplane-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
