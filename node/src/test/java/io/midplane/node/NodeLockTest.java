package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that keeps two nodes out of one data folder; processes are in NodeProcessTest. */
class NodeLockTest {
  private static final long PID = ProcessHandle.current().pid();

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("node.lock");
  }

  @Test
  void shouldWriteItsPidOverALongerOne() throws Exception {
    Files.writeString(file(), "99999999999999\n99\n");

    try (NodeLock _ = NodeLock.take(folder)) {
      assertThat(file()).hasContent(PID + "\n");
    }
    try (NodeLock _ = NodeLock.take(folder)) {
      assertThat(file()).hasContent(PID + "\n");
    }
  }

  @Test
  void shouldNameWhoHoldsItAndNobodyWhoIsGone() throws Exception {
    try (NodeLock _ = NodeLock.take(folder)) {
      assertThatThrownBy(() -> NodeLock.take(folder))
          .isInstanceOfSatisfying(
              MidplaneException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS))
          .hasMessage(
              "data folder %s: the node with pid %d uses it; stop that one or choose another --data"
                  .formatted(folder, PID));
      for (String stale : List.of("", "99999999999999\n", "x\n")) {
        Files.writeString(file(), stale);
        assertThatThrownBy(() -> NodeLock.take(folder))
            .hasMessageContaining("the node with pid unknown uses it");
      }
    }
  }

  @Test
  void shouldCloseTheFileWhenItCannotBeWritten() throws IOException {
    List<FileChannel> opened = new ArrayList<>();
    Files.createFile(file());

    assertThatThrownBy(() ->
            NodeLock.take(
                folder,
                path -> {
                  // The kernel's own full disk: every write to it fails with ENOSPC.
                  FileChannel full =
                      FileChannel.open(
                          Path.of("/dev/full"), StandardOpenOption.READ, StandardOpenOption.WRITE);
                  opened.add(full);
                  return full;
                }))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO_FAILED))
        .hasMessage(
            "data folder %s: cannot lock node.lock: No space left on device".formatted(folder));

    assertThat(opened).hasSize(1).noneMatch(FileChannel::isOpen);
  }
}
