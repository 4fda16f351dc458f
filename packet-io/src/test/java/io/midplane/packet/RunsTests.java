package io.midplane.packet;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** A program that runs tests, by class, and says how many there were. */
final class RunsTests {
  private RunsTests() {}

  public static void main(String[] classes) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Arrays.stream(classes).map(name -> selectClass(name)).toList())
            .build();
    var listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    listener.getSummary().printFailuresTo(out);
    out.println(
        "ran %d, skipped %d, failed %d"
            .formatted(
                listener.getSummary().getTestsSucceededCount(),
                listener.getSummary().getTestsSkippedCount()
                    + listener.getSummary().getTestsAbortedCount(),
                listener.getSummary().getTotalFailureCount()));
    System.exit(0);
  }
}
