package io.midplane.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** The step of the demo that needs lldpd. */
@Tag("peer")
@Tag("netns")
class DemoLldpdTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;

  private static void miss(String what) {
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      throw new AssertionError(what);
    }
    throw new TestAbortedException(what);
  }

  @Test
  void shouldShowHowTheyMeetAndPart() throws Exception {
    List<String> lines = new ArrayList<>();

    Optional<String> reason = DemoLldpd.run(folder, lines::add);

    reason.ifPresent(DemoLldpdTest::miss);
    assertThat(String.join("\n", lines))
        .contains("the agent knows lldpd: ", "portDescription=eth0")
        .contains("lldpd knows the agent: SysName: midplane-demo")
        .contains("lldpd knows the agent: PortID: ifname swp1")
        .contains("the agent forgot it: lldp_neighbor has 0 rows");
  }

  @Test
  void shouldLeaveNothingWhenTheDemoIsKilled() throws Exception {
    Path errors = folder.resolve("errors");
    Process cable = DemoLldpd.start(errors);
    String line = cable.inputReader().readLine();
    while (line != null && !line.equals(DemoCable.READY)) {
      line = cable.inputReader().readLine();
    }
    if (line == null) {
      miss(Files.readString(errors));
    }
    List<ProcessHandle> within = cable.descendants().toList();
    assertThat(within).hasSizeGreaterThan(2); // the first process, and two of lldpd

    cable.getOutputStream().close(); // as the kernel does when the demo is no more

    assertThat(cable.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    Awaitility.await().atMost(LONG).until(() -> within.stream().noneMatch(ProcessHandle::isAlive));
  }
}
