package io.midplane.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.MidplaneException;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.RemoteException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What execnet is known to do badly and no other test shows; docs/behaviours/gateways.md lists all.
 */
@Tag("peer")
class UpstreamDefectsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private final Group group = Group.open(Groups.settings());
  @TempDir Path folder;

  @BeforeAll
  static void requirePython() {
    Groups.requirePython();
  }

  @AfterEach
  void close() {
    group.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"popen", "popen//python=python3"})
  @DisplayName("a gateway whose folder cannot be made is an error and no member of its group")
  void shouldKeepNoMemberWhoseSetupFailed(String spec) throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> group.makeGateway(spec + "//id=here//chdir=" + file + "/below"))
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("below");

    assertThat(group).isEmpty();
    try (Gateway next = group.makeGateway(spec + "//id=here")) {
      assertThat(next.id()).isEqualTo("here");
    }
  }

  @Test
  @DisplayName("an EOFError of a task's own is an error, not the quiet end of its channel")
  void shouldNotSwallowAnEofErrorOfATask() {
    Gateway gateway = group.makeGateway("popen//python=python3");

    Channel channel = gateway.remoteExec("raise EOFError('of the task')");

    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(() -> channel.waitClose(LONG))
        .withMessageContaining("EOFError: of the task");
  }

  @Test
  @DisplayName("a task that ends its process is a death that names the status")
  void shouldNameTheStatusOfATaskThatExits() {
    Gateway gateway = group.makeGateway("popen//python=python3");

    Channel channel = gateway.remoteExec("import os; os._exit(7)");

    assertThatThrownBy(() -> channel.waitClose(LONG))
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("exited with 7");
  }
}
