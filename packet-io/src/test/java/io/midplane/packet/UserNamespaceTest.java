package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The tests that need namespaces, once more in a JVM that is root of nothing but a user namespace
 * of its own: all of them where this one is not root and they were skipped, some of them elsewhere.
 */
@Tag("netns")
@Tag("slow")
class UserNamespaceTest {
  private static final int DEADLINE_MINUTES = 15;
  private static final List<Class<?>> SOME =
      List.of(LinuxPortTest.class, VirtualRouterTest.class, PrivilegeTest.class);
  private static final List<Class<?>> REST =
      List.of(
          KernelFilterTest.class,
          LinuxAnyTest.class,
          LinuxCreditTest.class,
          LinuxFlowTest.class,
          LinuxLargeFramesTest.class,
          LinuxLinkTest.class,
          PacketBridgeTest.class);

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  private static List<String> tests() throws IOException {
    return Stream.concat(SOME.stream(), isRoot() ? Stream.empty() : REST.stream())
        .map(Class::getName)
        .toList();
  }

  @Test
  @DisplayName("tests of ports run without root, in a user namespace")
  void shouldRunWithoutRoot() throws Exception {
    Peers.requireNamespaces();
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("midplane.root") + "/.ci/unprivileged");
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Dmidplane.root=" + System.getProperty("midplane.root"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(RunsTests.class.getName());
    command.addAll(tests());

    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(process.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES)).isTrue();
      assertThat(output.lines().toList().getLast())
          .as(output)
          .matches("ran [2-9]\\d+, skipped 0, failed 0");
      System.out.println(output.lines().toList().getLast());
    } finally {
      process.destroyForcibly();
    }
  }
}
