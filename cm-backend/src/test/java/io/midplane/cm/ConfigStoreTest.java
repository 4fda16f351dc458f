package io.midplane.cm;

import static io.midplane.cm.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.actors.Midplane;
import io.midplane.actors.MidplaneSettings;
import io.midplane.calls.ErrorCode;
import io.midplane.protocol.Row;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is on the disk when writing fails. */
@Timeout(120)
class ConfigStoreTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir private Path folder;

  private static void write(ConfigStore store, String name, int rows) {
    var unused =
        store.write(
            name,
            NOON,
            writer -> {
              writer.table("vlan", "vlan", 1, List.of("id"));
              for (int i = 0; i < rows; i++) {
                writer.row(Row.of("id", i));
              }
            });
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  @DisplayName("S1: a full disk leaves the old file and the selection")
  void shouldKeepTheOldFileWhenTheDiskIsFull() throws Exception {
    ConfigStore good = new ConfigStore(folder);
    write(good, "primary", 3);
    good.select("primary");
    String before = Files.readString(folder.resolve("primary.cfg"));
    // The kernel's own full disk: every write to it fails with ENOSPC.
    ConfigStore full =
        new ConfigStore(
            folder,
            new ConfigStore.Disk() {
              @Override
              public FileChannel create(Path file) throws IOException {
                return FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
              }
            });

    assertThat(assertRefused(ErrorCode.IO_FAILED, () -> write(full, "primary", 100_000)))
        .hasMessage(
            folder.resolve("primary.cfg")
                + ": cannot write it: No space left on device; what was there before is unchanged");
    assertRefused(ErrorCode.IO_FAILED, () -> full.select("other"));

    assertThat(Files.readString(folder.resolve("primary.cfg"))).isEqualTo(before);
    assertThat(good.selected()).contains("primary");
    assertThat(files()).containsExactly("primary.cfg", "selected");
  }

  @Test
  @DisplayName("S1: a folder that cannot be brought to the disk is told as such")
  void shouldSayThatTheNewFileIsInPlaceWhenOnlyItsFolderFails() throws Exception {
    ConfigStore good = new ConfigStore(folder);
    write(good, "primary", 3);
    ConfigStore failing =
        new ConfigStore(
            folder,
            new ConfigStore.Disk() {
              @Override
              public void force(Path place) throws IOException {
                if (place.equals(folder)) {
                  throw new IOException("Input/output error");
                }
              }
            });

    assertRefused(
        ErrorCode.IO_FAILED,
        folder.resolve("primary.cfg")
            + ": the new one is in its place, but not for certain on the disk: Input/output error;"
            + " after a power failure the former one may be back; save again",
        () -> write(failing, "primary", 4));

    assertThat(good.read("primary", table -> true).tables().getFirst().rows()).hasSize(4);
    assertThat(files()).containsExactly("primary.cfg");
  }

  @Test
  @DisplayName("S1: the folder's own name is brought to the disk, once it could be")
  void shouldForceTheParentOfTheFolder() {
    List<Path> forced = new ArrayList<>();
    Path inside = folder.resolve("config");
    ConfigStore store =
        new ConfigStore(
            inside,
            new ConfigStore.Disk() {
              @Override
              public void force(Path place) throws IOException {
                forced.add(place);
                if (forced.size() == 1) {
                  throw new IOException("Input/output error");
                }
              }
            });

    assertThat(assertRefused(ErrorCode.IO_FAILED, () -> write(store, "primary", 3)))
        .hasMessageEndingWith("Input/output error; what was there before is unchanged");
    write(store, "primary", 3);
    store.select("primary");

    assertThat(forced).containsExactly(folder, folder, inside, inside);
  }

  @Test
  void shouldReadOnceForAllThatLoadAndAgainWhenTheFileIsAnother() {
    AtomicInteger reads = new AtomicInteger();
    ConfigStore store =
        new ConfigStore(
            folder,
            new ConfigStore.Disk() {
              @Override
              public InputStream open(Path file) throws IOException {
                reads.incrementAndGet();
                return ConfigStore.Disk.super.open(file);
              }
            });
    LoadSource source = new LoadSource(store);
    write(store, "primary", 3);
    write(store, "other", 5);

    for (int agent = 0; agent < 10; agent++) {
      assertThat(source.read("primary").tables().getFirst().rows()).hasSize(3);
    }
    assertThat(reads).hasValue(1);
    write(store, "primary", 4);
    assertThat(source.read("primary").tables().getFirst().rows()).hasSize(4);
    assertThat(source.read("other").tables().getFirst().rows()).hasSize(5);
    assertThat(reads).hasValue(3);
    assertRefused(ErrorCode.NOT_FOUND, () -> source.read("none"));
  }

  @Test
  void shouldKeepTheOldFileWhenTheContentFails() throws Exception {
    ConfigStore store = new ConfigStore(folder);
    write(store, "primary", 3);
    String before = Files.readString(folder.resolve("primary.cfg"));

    assertRefused(
        ErrorCode.IO_FAILED,
        () ->
            store.write(
                "primary",
                NOON,
                writer -> {
                  writer.table("vlan", "vlan", 1, List.of("id"));
                  throw new IOException("pulled out");
                }));

    assertThat(Files.readString(folder.resolve("primary.cfg"))).isEqualTo(before);
    assertThat(files()).containsExactly("primary.cfg");
  }

  @Test
  void shouldReplaceWhatAnInterruptedWriteLeftBehind() throws Exception {
    Files.writeString(folder.resolve("primary.cfg.new"), "half a ");
    ConfigStore store = new ConfigStore(folder);

    write(store, "primary", 3);

    assertThat(store.read("primary", table -> true).tables().getFirst().rows()).hasSize(3);
    assertThat(files()).containsExactly("primary.cfg");
  }

  @Test
  void shouldListWhatIsThereByName() throws Exception {
    ConfigStore store = new ConfigStore(folder);
    assertThat(store.list()).isEmpty();
    IntStream.of(3, 1, 2).forEach(i -> write(store, "c" + i, i));
    Files.writeString(folder.resolve("not-a-name.cfg"), "");
    Files.writeString(folder.resolve("README"), "");
    store.select("c2");

    assertThat(store.list())
        .extracting(saved -> saved.name() + (saved.selected() ? "*" : ""))
        .containsExactly("c1", "c2*", "c3");
    assertThat(store.list().getFirst().bytes()).isEqualTo(Files.size(folder.resolve("c1.cfg")));
  }

  @Test
  void shouldRefuseASelectionThatIsNoName() throws Exception {
    Files.writeString(folder.resolve("selected"), "../../etc/passwd\n");

    assertRefused(
        ErrorCode.DAMAGED,
        folder.resolve("selected")
            + ": line 1: \"../../etc/passwd\" (expected: the name of a configuration); select one"
            + " with use",
        () -> new ConfigStore(folder).selected());
  }

  @Test
  void shouldStayDirtyWhenAFolderCannotBeWritten() throws Exception {
    Files.writeString(folder.resolve("config"), "a file where the folder should be");
    try (Midplane midplane = Midplane.start(MidplaneSettings.defaults().dataDirectory(folder))) {
      Configuration config = Configuration.of(midplane);
      VlanAgent agent = new VlanAgent();
      // The agent starts before there is anything to load: the folder is no folder.
      agent.options = table -> {};
      midplane.spawn(agent, "vlan");
      config.set("vlan", VlanAgent.row("a", 1));

      assertThat(assertRefused(ErrorCode.IO_FAILED, () -> config.save("primary")))
          .hasMessageContaining(folder.resolve("config").toString());

      assertThat(config.dirty()).isTrue();
      assertThat(Files.readString(folder.resolve("config"))).startsWith("a file");
      config.set("vlan", VlanAgent.row("b", 2));
    }
  }
}
