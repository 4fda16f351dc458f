package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.MidplaneException;
import io.midplane.protocol.MidplaneClient;
import io.midplane.protocol.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node in a process of its own when something goes wrong in it: an agent, or the disk. */
@Timeout(120)
class TroubledNodeTest {
  private static final String TROUBLE = "io.midplane.node.TroubleAgent";
  private static final String LAMPS = "io.midplane.node.LampAgent";

  @TempDir Path folder;

  private NodeProcess start(Path data) {
    return NodeProcess.start(
            folder,
            "node",
            "start",
            "--data",
            data.toString(),
            "--agent",
            TROUBLE,
            "--agent",
            LAMPS)
        .awaitReady();
  }

  private static Cli.Result run(Path data, String... arguments) {
    return Cli.at(data.resolve("midplane.sock")).run(arguments);
  }

  @Test
  void shouldRestartAndCountAnAgentThatFailsAndStay() {
    Path data = folder.resolve("data");
    try (NodeProcess node = start(data)) {
      long pid = node.process().pid();
      run(data, "cm", "set", "lamp", "name=desk", "watts=7");
      assertThat(run(data, "node", "status", "--json").out()).contains(restarts(0));

      for (int failures = 1; failures <= 2; failures++) {
        var broken = run(data, "cm", "op", "trouble", "break");

        assertThat(broken.status()).isEqualTo(1);
        assertThat(broken.err()).contains("the hardware is gone");
        String counted = restarts(failures);
        await()
            .atMost(30, TimeUnit.SECONDS)
            .untilAsserted(
                () -> assertThat(run(data, "node", "status", "--json").out()).contains(counted));
      }

      assertThat(run(data, "cm", "set", "trouble", "name=again").status()).isZero();
      assertThat(run(data, "cm", "get", "lamp", "name=desk").status()).isZero();
      assertThat(run(data, "node", "status", "--json").out())
          .contains("\"pid\":" + pid)
          .contains("{\"name\":\"lamp\",\"state\":\"READY\",\"restarts\":0,");
      assertThat(node.process().isAlive()).isTrue();
      assertThat(run(data, "node", "stop").status()).isZero();
      assertThat(node.awaitEnd()).isZero();
    }
  }

  private static String restarts(int count) {
    return "{\"name\":\"trouble\",\"state\":\"READY\",\"restarts\":" + count + ",";
  }

  @Test
  void shouldEndWithStatusZeroThoughAHandlerNeverEnds() throws Exception {
    Path data = folder.resolve("data");
    try (NodeProcess node = start(data)) {
      var looping = new CompletableFuture<String>();
      var call =
          CompletableFuture.supplyAsync(() -> {
            try (var client = MidplaneClient.connect(data.resolve("midplane.sock"))) {
              client.configuration().onNotice(looping::complete).op("trouble", "loop", Row.empty());
              return "answered";
            } catch (MidplaneException ended) {
              return ended.code().name();
            }
          });
      assertThat(looping.get()).isEqualTo("looping");

      new ProcessBuilder("kill", "-TERM", Long.toString(node.process().pid())).start().waitFor();

      assertThat(node.awaitEnd()).isZero();
      assertThat(call.get()).isNotEqualTo("answered");
      assertThat(data.resolve("log/node.log")).content().contains("SIGTERM", "NODE-0106");
    }
    try (NodeProcess again = start(data)) {
      assertThat(again.process().isAlive()).isTrue();
    }
  }

  @Test
  void shouldKeepTheOldFileWhenTheDiskIsFull() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeThat(mount(disk)).as("mounting a small tmpfs, which root may").isTrue();
    try {
      Path data = disk.resolve("data");
      try (NodeProcess node = start(data)) {
        run(data, "cm", "set", "lamp", "name=desk", "watts=7");
        assertThat(run(data, "config", "save", "site").status()).isZero();
        String before = Files.readString(data.resolve("config/site.cfg"));
        run(data, "cm", "set", "lamp", "name=hall", "watts=60");
        fill(disk.resolve("ballast"));

        for (String name : new String[] {"site", "other"}) {
          var save = run(data, "config", "save", name);

          assertThat(save.status()).isEqualTo(1);
          assertThat(save.err())
              .isEqualTo(
                  "midplane: "
                      + data.resolve("config/" + name + ".cfg")
                      + ": cannot write it: No space left on device; what was there before is"
                      + " unchanged\n");
        }
        assertThat(data.resolve("config/site.cfg")).hasContent(before);
        assertThat(data.resolve("config")).isDirectoryNotContaining("glob:**other*");
        assertThat(run(data, "node", "status", "--json").out())
            .contains("\"dirty\":true,\"selected\":\"site\"");
        assertThat(run(data, "cm", "get", "lamp", "name=hall").status()).isZero();

        Files.delete(disk.resolve("ballast"));
        assertThat(run(data, "config", "save").out()).startsWith("saved site (");
        assertThat(run(data, "node", "status", "--json").out()).contains("\"dirty\":false");
        assertThat(run(data, "node", "stop").status()).isZero();
        assertThat(node.awaitEnd()).isZero();
      }
    } finally {
      run("umount", disk.toString());
    }
  }

  private static boolean mount(Path disk) throws Exception {
    return run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk.toString());
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }

  /** Writes until there is no space. */
  private static void fill(Path ballast) {
    byte[] page = new byte[4096];
    try (var out = Files.newOutputStream(ballast)) {
      for (int i = 0; i < 1000; i++) {
        out.write(page);
      }
    } catch (IOException full) {
      assertThat(full).hasMessage("No space left on device");
    }
  }
}
