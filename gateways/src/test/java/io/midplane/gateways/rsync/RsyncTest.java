package io.midplane.gateways.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.Gateway;
import io.midplane.gateways.Group;
import io.midplane.gateways.GroupSettings;
import io.midplane.gateways.wire.Bytes;
import io.midplane.gateways.wire.Dict;
import io.midplane.gateways.wire.Tuple;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.RemoteException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trees sent to our receivers, Java and Python, and to that of stock execnet. */
@Tag("peer")
@Timeout(120)
class RsyncTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int FOLDER = 040755;
  private static final int FILE = 0100644;

  @TempDir Path base;

  private Path source;
  private Path target;
  private final Queue<RsyncEvent> events = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void make() throws IOException {
    source = Files.createDirectory(base.resolve("source"));
    target = base.resolve("target");
  }

  private Rsync rsync() {
    events.clear();
    return new Rsync(source).withTimeout(TIMEOUT).withEvents(events::add);
  }

  private RsyncReport send(Receivers receivers, boolean delete) {
    return rsync()
        .addTarget(target.toString(), receivers.receiver(), target.toString(), delete)
        .send()
        .getFirst();
  }

  private RsyncReport report(int files, int asked, int sent, long bytes) {
    return new RsyncReport(target.toString(), files, asked, sent, bytes);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("G49, G50: cold, unchanged, touched, changed, other modes, deleted")
  void shouldSendWhatChanged(Receivers.Kind kind) throws Exception {
    Trees.write(source.resolve("a"), "content of a");
    Trees.write(source.resolve("sub/b"), "b".repeat(100_000), "rwxr-xr-x", Trees.TIME.plusNanos(7));
    Trees.write(source.resolve("sub/deep/empty"), "", "r--------", Trees.TIME.minusSeconds(1));
    Files.createDirectory(source.resolve("nothing"));
    Files.createSymbolicLink(source.resolve("relative"), Path.of("a"));
    Files.createSymbolicLink(source.resolve("sub/inside"), source.resolve("sub/b"));
    Files.createSymbolicLink(source.resolve("outside"), Path.of("/nowhere/at/all"));
    try (Receivers receivers = Receivers.start(kind)) {
      assertThat(send(receivers, false)).as("cold").isEqualTo(report(3, 3, 3, 100_012));
      assertThat(Trees.of(target)).isEqualTo(Trees.of(source));
      assertThat(Files.readSymbolicLink(target.resolve("sub/inside")))
          .isEqualTo(target.resolve("sub/b"));

      assertThat(send(receivers, false)).as("unchanged").isEqualTo(report(3, 0, 0, 0));

      Files.setLastModifiedTime(source.resolve("a"), FileTime.from(Trees.TIME.plusSeconds(9)));
      assertThat(send(receivers, false)).as("touched").isEqualTo(report(3, 1, 0, 0));
      assertThat(Trees.of(target)).isEqualTo(Trees.of(source));

      Trees.write(source.resolve("a"), "CONTENT OF A", "rw-r--r--", Trees.TIME.plusSeconds(10));
      Trees.write(source.resolve("new/file"), "new");
      assertThat(send(receivers, false)).as("changed").isEqualTo(report(4, 2, 2, 15));
      assertThat(events)
          .contains(
              new RsyncEvent.Listed(target.toString(), 2, 15),
              new RsyncEvent.Sent(target.toString(), "new/file", 3),
              new RsyncEvent.Acknowledged(target.toString(), "a", 12),
              new RsyncEvent.Done(target.toString()));

      Files.setPosixFilePermissions(
          source.resolve("a"), PosixFilePermissions.fromString("rwx------"));
      assertThat(send(receivers, false)).as("mode").isEqualTo(report(4, 0, 0, 0));

      Trees.write(target.resolve("sub/extra/file"), "extra");
      Files.createSymbolicLink(target.resolve("sub/extra/link"), Path.of("/nowhere"));
      send(receivers, false);
      assertThat(target.resolve("sub/extra/file")).exists();
      send(receivers, true);
      assertThat(Trees.of(target)).isEqualTo(Trees.of(source));
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("G49: each kind of node in the place of another")
  void shouldReplaceOneKindByAnother(Receivers.Kind kind) throws Exception {
    Trees.write(target.resolve("file-was-folder/x"), "1");
    Trees.write(target.resolve("link-was-file"), "2");
    Trees.write(target.resolve("folder-was-file"), "3");
    Files.createSymbolicLink(target.resolve("file-was-link"), Path.of("link-was-file"));
    Files.createSymbolicLink(target.resolve("folder-was-link"), Path.of("file-was-folder"));
    Trees.write(source.resolve("file-was-folder"), "a");
    Trees.write(source.resolve("file-was-link"), "b");
    Trees.write(source.resolve("folder-was-file/x"), "c");
    Trees.write(source.resolve("folder-was-link/x"), "d");
    Files.createSymbolicLink(source.resolve("link-was-file"), Path.of("file-was-link"));
    try (Receivers receivers = Receivers.start(kind)) {
      send(receivers, false);
    }

    assertThat(Trees.of(target)).isEqualTo(Trees.of(source));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("G49: a file that goes while the tree is sent is left out")
  void shouldLeaveOutWhatVanishes(Receivers.Kind kind) throws Exception {
    for (String name : List.of("gone", "later", "stays")) {
      Trees.write(source.resolve(name), name);
    }
    try (Receivers receivers = Receivers.start(kind)) {
      Rsync rsync =
          rsync()
              .withFilter(path -> {
                if (path.endsWith("gone")) {
                  delete(path);
                }
                return !path.endsWith("refused");
              })
              .withEvents(event -> {
                if (event instanceof RsyncEvent.Sent) {
                  return;
                }
                delete(source.resolve("later"));
              });
      rsync.addTarget("it", receivers.receiver(), target.toString(), false).send();
    }

    assertThat(Trees.of(target)).containsKey("stays").doesNotContainKey("gone");
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("G49: one file alone")
  void shouldSendOneFile(Receivers.Kind kind) throws Exception {
    Path file = source.resolve("file");
    Trees.write(file, "alone");
    try (Receivers receivers = Receivers.start(kind)) {
      new Rsync(file).addTarget("it", receivers.receiver(), target.toString(), false).send();
    }

    assertThat(target).hasContent("alone");
    assertThat(Files.getLastModifiedTime(target).toMillis()).isEqualTo(Trees.TIME.toEpochMilli());
  }

  @Test
  @DisplayName("G49: several targets at once; one that fails does not keep the others")
  void shouldServeTargetsSideBySide() throws Exception {
    Trees.write(source.resolve("a"), "content");
    try (Receivers java = Receivers.start(Receivers.Kind.JAVA);
        Receivers python = Receivers.start(Receivers.Kind.OUR_PYTHON)) {
      Path second = base.resolve("second");
      List<RsyncReport> reports =
          rsync()
              .addTarget("one", java.receiver(), target.toString(), false)
              .addTarget("two", python.receiver(), second.toString(), false)
              .send();

      assertThat(reports)
          .containsExactly(new RsyncReport("one", 1, 1, 1, 7), new RsyncReport("two", 1, 1, 1, 7));
      assertThat(Trees.of(second)).isEqualTo(Trees.of(source)).isEqualTo(Trees.of(target));

      Trees.write(source.resolve("b"), "more");
      Rsync failing =
          rsync()
              .addTarget("bad", java.receiver(), "/", false)
              .addTarget("worse", python.receiver(), "", false)
              .addTarget("good", java.receiver(), target.toString(), false);
      assertThatThrownBy(failing::send)
          .isInstanceOf(RemoteException.class)
          .hasMessageContaining("expected: a folder below the root")
          .satisfies(first -> assertThat(first.getSuppressed()).hasSize(1));
      assertThat(Trees.of(target)).isEqualTo(Trees.of(source));
      assertThat(events).contains(new RsyncEvent.Done("good"));
      assertThatThrownBy(failing::send).hasMessageContaining("was sent already");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JAVA", "OUR_PYTHON"})
  @DisplayName("G51: a large file goes in pieces")
  void shouldSendLargeFilesInPieces(Receivers.Kind kind) throws Exception {
    byte[] content = new byte[(3 << 20) + 5];
    new java.util.Random(7).nextBytes(content);
    Files.write(source.resolve("pieces"), content);
    Files.write(source.resolve("even"), Arrays.copyOf(content, 2 << 20));
    try (Receivers receivers = Receivers.start(kind)) {
      assertThat(send(receivers, false)).isEqualTo(report(2, 2, 2, content.length + (2 << 20)));
    }

    assertThat(Files.readAllBytes(target.resolve("pieces"))).isEqualTo(content);
    assertThat(Trees.of(target)).isEqualTo(Trees.of(source));
  }

  @Test
  @DisplayName("G50: thousands of files, more answers than a window holds")
  void shouldSendManyFiles() throws Exception {
    for (int i = 0; i < 3000; i++) {
      Trees.write(
          source.resolve("%02d/%s%04d".formatted(i % 40, "n".repeat(200), i)), "x".repeat(i));
    }
    try (Receivers receivers = Receivers.start(Receivers.Kind.JAVA)) {
      assertThat(send(receivers, false)).isEqualTo(report(3000, 3000, 3000, 4_498_500));
      assertThat(send(receivers, false)).isEqualTo(report(3000, 0, 0, 0));
    }

    assertThat(Trees.of(target)).isEqualTo(Trees.of(source));
  }

  @Test
  @DisplayName("G49: a receiver gets what it was offered, nothing else of this machine")
  void shouldSendNothingThatWasNotOffered() throws Exception {
    Trees.write(source.resolve("a"), "content");
    Trees.write(base.resolve("secret"), "secret");
    try (Receivers receivers = Receivers.start(Receivers.Kind.JAVA)) {
      Channel curious =
          receivers.run(
              """
              import io.midplane.gateways.wire.Tuple;
              import java.util.List;
              channel.send(Tuple.of("send", Tuple.of(List.of("..", "secret"), null)));
              for (Object item : channel) {}
              """,
              null);

      assertThatThrownBy(() -> rsync().addTarget("it", curious, "x", false).send())
          .isInstanceOfSatisfying(
              MidplaneException.class,
              refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PROTOCOL_VIOLATION))
          .hasMessageContaining("which it was not offered");
    }
  }

  @Test
  @DisplayName("G49: gateways are targets, Java and Python without execnet")
  void shouldSendToGateways() throws Exception {
    Trees.write(source.resolve("sub/a"), "content");
    try (Group group = Group.open(GroupSettings.defaults())) {
      Rsync rsync = rsync();
      for (String spec : List.of("inproc//id=java", "popen//python=python3//id=python")) {
        Gateway gateway = group.makeGateway(spec);
        rsync.addTarget(gateway, target.resolve(gateway.id()).toString(), true);
      }

      assertThat(rsync.send())
          .containsExactly(
              new RsyncReport("java:" + target.resolve("java"), 1, 1, 1, 7),
              new RsyncReport("python:" + target.resolve("python"), 1, 1, 1, 7));
    }
    assertThat(Trees.of(target.resolve("java"))).isEqualTo(Trees.of(source));
    assertThat(Trees.of(target.resolve("python"))).isEqualTo(Trees.of(source));
  }

  @Test
  @DisplayName("G51: a file is ten times as large as the heap of the worker that takes it")
  void shouldSendMoreThanTheWorkerHasMemory() throws Exception {
    long size = 256L << 20;
    try (RandomAccessFile file = new RandomAccessFile(source.resolve("large").toFile(), "rw")) {
      file.setLength(size);
      file.seek(size / 2);
      file.writeBytes("the middle");
    }
    try (Group group = Group.open(GroupSettings.defaults())) {
      Gateway gateway = group.makeGateway("popen//jvm=-Xmx24m");

      List<RsyncReport> reports = rsync().addTarget(gateway, target.toString(), true).send();

      assertThat(reports)
          .containsExactly(new RsyncReport(gateway.id() + ":" + target, 1, 1, 1, size));
    }
    assertThat(Files.mismatch(source.resolve("large"), target.resolve("large"))).isEqualTo(-1);
  }

  @Test
  void shouldSayThatTheSourceIsNotThere() throws Exception {
    try (Receivers receivers = Receivers.start(Receivers.Kind.JAVA)) {
      Rsync rsync =
          new Rsync(base.resolve("none")).addTarget("it", receivers.receiver(), "x", false);

      assertThatThrownBy(rsync::send)
          .isInstanceOfSatisfying(
              MidplaneException.class,
              refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }
    assertThatThrownBy(() -> new Rsync(source).send()).hasMessageContaining("no targets");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", ".", "", "/etc", "../outside", "a/b", "a\0b"})
  @DisplayName("G49: our receiver in Python takes no name that leads elsewhere")
  void shouldRefuseNamesThatLeadElsewhere(String name) throws Exception {
    assertRefused("expected: the name of a file within its folder", List.of(FOLDER, name));
    assertThat(Trees.of(base)).containsOnlyKeys("outside", "outside/file", "source", "target");
  }

  @Test
  @DisplayName("G49: our receiver in Python writes nothing through links, and makes none elsewhere")
  void shouldWriteNothingThroughLinks() throws Exception {
    assertRefused(
        "nothing is written through links",
        List.of(FOLDER, "a"),
        null,
        Tuple.of("link", "a", base.resolve("outside").toString()),
        Tuple.of("link", "a/file", "/etc/passwd"));
    assertRefused(
        "expected: the name of a file", List.of(FOLDER, "b"), null, Tuple.of("link", "../b", "x"));
    assertRefused(
        "expected: the name of a file",
        List.of(FOLDER, "b"),
        null,
        Tuple.of("linkbase", "b", "../outside/file"));
    assertThat(base.resolve("outside/file")).hasContent("theirs");
    assertThat(Trees.of(base.resolve("outside"))).containsOnlyKeys("file");
  }

  @Test
  @DisplayName("G49: our receiver in Python keeps the old file until the new one is complete")
  void shouldKeepTheOldFileUntilTheNewOneIsComplete() throws Exception {
    Trees.write(target.resolve("a"), "old");
    try (Receivers receivers = Receivers.start(Receivers.Kind.OUR_PYTHON)) {
      Channel channel = receivers.receiver();
      channel.send(Tuple.of(target.toString(), new Dict()));
      channel.send(List.of(FOLDER, "a"));
      channel.send(Tuple.of(FILE, 1.5, 8));
      channel.send(Tuple.of(Bytes.ofUtf8("half")));
      channel.close();

      org.awaitility.Awaitility.await().until(() -> Trees.of(target).size() == 1);
      assertThat(target.resolve("a")).hasContent("old");
    }
  }

  private void assertRefused(String text, Object... items) throws Exception {
    Trees.write(base.resolve("outside/file"), "theirs");
    try (Receivers receivers = Receivers.start(Receivers.Kind.OUR_PYTHON)) {
      Channel channel = receivers.receiver();
      channel.send(Tuple.of(target.toString(), new Dict()));
      for (Object item : items) {
        channel.send(item);
      }
      assertThatThrownBy(
              () -> {
                while (true) {
                  var unused = channel.receive(TIMEOUT);
                }
              })
          .isInstanceOf(RemoteException.class)
          .hasMessageContaining(text);
    }
  }
}
