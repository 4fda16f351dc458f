package io.midplane.gateways;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of workers when the program that started them ends without closing its group. */
@Tag("peer")
@Timeout(120)
class CoordinatorEndTest {

  @BeforeAll
  static void requirePython() {
    Groups.requirePython();
  }

  /** A program with a Python and a Java worker, one of them at work. */
  static final class Program {
    private Program() {}

    /** Prints a line with the workers' processes, then ends or waits. */
    public static void main(String[] arguments) throws IOException {
      Group group = Group.open(Groups.settings());
      List<String> pids = new ArrayList<>();
      for (String spec : List.of("popen//python=python3", "popen")) {
        Gateway gateway = group.makeGateway(spec);
        pids.add(Long.toString(gateway.process().orElseThrow().pid()));
      }
      group.gateways().getFirst().remoteExec("channel.receive()");
      System.out.println(String.join(" ", pids));
      if (arguments[0].equals("exit")) {
        System.exit(0);
      }
      int unused = System.in.read();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exit", "kill"})
  @DisplayName("G44, G47 no worker outlives its coordinator, whether that exits or is killed")
  void shouldLeaveNoWorkerBehind(String end) throws Exception {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                end)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader out = program.inputReader();
    String line = out.readLine();
    assertThat(line).isNotNull();
    List<ProcessHandle> workers = new ArrayList<>();
    for (String pid : line.split(" ")) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(workers::add);
    }

    if (end.equals("kill")) {
      program.destroyForcibly();
    }

    program.waitFor();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(workers).noneMatch(ProcessHandle::isAlive));
  }
}
