package io.midplane.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/**
 * What became of the tests of a fixture class, run by an engine of their own, and what they
 * printed. The output does not reach that of the test which runs them.
 */
record FixtureRun(EngineExecutionResults results, String output) {

  static FixtureRun of(Class<?> fixture) {
    return of(fixture, Map.of());
  }

  static FixtureRun of(Class<?> fixture, Map<String, String> parameters) {
    return of(selectClass(fixture), parameters);
  }

  /** Runs one test of a fixture. */
  static FixtureRun of(Class<?> fixture, String test, Class<?> parameter) {
    return of(selectMethod(fixture, test, parameter), Map.of());
  }

  private static FixtureRun of(DiscoverySelector tests, Map<String, String> parameters) {
    PrintStream original = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      EngineExecutionResults results =
          EngineTestKit.engine("junit-jupiter")
              .selectors(tests)
              .configurationParameters(parameters)
              .execute();
      return new FixtureRun(results, printed.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(original);
    }
  }

  long passed() {
    return results.testEvents().succeeded().count();
  }

  /** What the tests that failed failed with. */
  List<Throwable> failures() {
    return results
        .testEvents()
        .failed()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .map(result -> result.getThrowable().orElseThrow())
        .toList();
  }

  /** What the one test that failed failed with. */
  Throwable failure() {
    List<Throwable> failures = failures();
    if (failures.size() != 1) {
      throw new AssertionError("failures: " + failures + " (expected: one)\n" + output);
    }
    return failures.getFirst();
  }
}
