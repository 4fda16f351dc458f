package io.midplane.gateways.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Bytes;
import io.midplane.gateways.wire.Dict;
import io.midplane.gateways.wire.Tuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sender that means no good, and one of Midplane's, item by item. */
@Timeout(60)
class RsyncReceiverTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int FOLDER = 040755;
  private static final int FILE = 0100644;

  @TempDir Path base;

  private ServedWorker served;
  private Path target;
  private Path outside;

  @BeforeEach
  void serve() throws IOException {
    served =
        new ServedWorker(
            WorkerSettings.defaults(), new Greeting("gw0-worker", ExecutionModel.THREAD, true));
    target = Files.createDirectory(base.resolve("target"));
    outside = Files.createDirectory(base.resolve("outside"));
    Files.writeString(outside.resolve("file"), "theirs");
  }

  @AfterEach
  void end() throws IOException {
    served.close();
  }

  private Channel send(Object... items) {
    return sendTo(target.toString(), new Dict(), items);
  }

  private Channel sendTo(String folder, Dict options, Object... items) {
    Channel channel = served.run("", "/somewhere/rsync_remote.py", null);
    channel.send(Tuple.of(folder, options));
    try {
      for (Object item : items) {
        channel.send(item);
      }
    } catch (MidplaneException closed) {
      // The receiver refused what came before, which the test is about; it shows when it receives.
      assertThat(closed.code()).isEqualTo(ErrorCode.CLOSED);
    }
    return channel;
  }

  private static Tuple file(int size) {
    return Tuple.of(FILE, 1_600_000_000.5, size);
  }

  private static void assertRefused(Channel channel, String text) {
    assertThatThrownBy(
            () -> {
              while (true) {
                var unused = channel.receive(TIMEOUT);
              }
            })
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining(text);
  }

  private List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"..", ".", "", "/etc", "../outside/file", "a/b", "a/../../outside", "a\0b"})
  @DisplayName("G49: a name in a folder is one name and no more")
  void shouldRefuseNamesThatLeadElsewhere(String name) throws IOException {
    Channel channel = send(List.of(FOLDER, name), file(4), Bytes.ofUtf8("ours"));

    assertRefused(channel, "expected: the name of a file within its folder");
    assertThat(names(base)).containsExactly("outside", "target");
    assertThat(names(target)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../outside/link", "/tmp/link", "a/../../link", ""})
  @DisplayName("G49: a link is made within the destination")
  void shouldRefuseLinksElsewhere(String path) throws IOException {
    Channel channel = send(List.of(FOLDER, "a"), null, Tuple.of("link", path, "x"));

    assertRefused(channel, "expected: a path within the destination");
    assertThat(names(target)).isEmpty();
    assertThat(names(outside)).containsExactly("file");
  }

  @Test
  @DisplayName("G49: a link to the inside of the source stays inside of the destination")
  void shouldRefuseTargetsElsewhere() throws IOException {
    assertRefused(
        send(List.of(FOLDER, "a"), null, Tuple.of("linkbase", "a", "../outside/file")),
        "expected: a path within the destination");
    assertThat(names(target)).isEmpty();
  }

  @Test
  @DisplayName("G49: a file takes a link's place, and what the link leads to stays")
  void shouldNotWriteThroughALink() throws IOException {
    Files.createSymbolicLink(target.resolve("a"), outside.resolve("file"));

    Channel channel = send(List.of(FOLDER, "a"), file(4), Bytes.ofUtf8("ours"), 42);

    channel.waitClose(TIMEOUT);
    assertThat(Files.readString(outside.resolve("file"))).isEqualTo("theirs");
    assertThat(Files.readString(target.resolve("a"))).isEqualTo("ours");
    assertThat(Files.isSymbolicLink(target.resolve("a"))).isFalse();
  }

  @Test
  @DisplayName("G49: a folder takes the place of a link to one, and what it leads to stays")
  void shouldNotEnterALink() throws IOException {
    Files.createSymbolicLink(target.resolve("a"), outside);
    Dict deleting = new Dict();
    deleting.put("delete", true);

    Channel channel =
        sendTo(
            target.toString(),
            deleting,
            List.of(FOLDER, "a"),
            List.of(FOLDER, "file"),
            file(4),
            Bytes.ofUtf8("ours"),
            42);

    channel.waitClose(TIMEOUT);
    assertThat(Files.readString(outside.resolve("file"))).isEqualTo("theirs");
    assertThat(Files.readString(target.resolve("a/file"))).isEqualTo("ours");
  }

  @Test
  @DisplayName("G49: a link that the sender made is not a way out")
  void shouldNotFollowALinkOfTheSender() throws IOException {
    Channel channel =
        send(
            List.of(FOLDER, "a"),
            null,
            Tuple.of("link", "a", outside.toString()),
            Tuple.of("link", "a/file", "/etc/passwd"));

    assertRefused(channel, "nothing is written through links");
    assertThat(Files.readString(outside.resolve("file"))).isEqualTo("theirs");
    assertThat(names(outside)).containsExactly("file");
  }

  @Test
  @DisplayName("G49: what is deleted ends at links")
  void shouldNotDeleteThroughLinks() throws IOException {
    Files.createSymbolicLink(target.resolve("out"), outside);
    Dict deleting = new Dict();
    deleting.put("delete", true);

    sendTo(target.toString(), deleting, List.of(FOLDER), 42).waitClose(TIMEOUT);

    assertThat(names(target)).isEmpty();
    assertThat(names(outside)).containsExactly("file");
  }

  @Test
  @DisplayName("G49: a file appears when it is complete; a sender that is gone leaves the old one")
  void shouldKeepTheOldFileUntilTheNewOneIsComplete() throws IOException {
    Files.writeString(target.resolve("a"), "old");
    Channel channel = send(List.of(FOLDER, "a"), file(8), Tuple.of(Bytes.ofUtf8("half")));
    org.awaitility.Awaitility.await().until(() -> names(target).size() == 2);
    assertThat(Files.readString(target.resolve("a"))).isEqualTo("old");

    channel.close();

    org.awaitility.Awaitility.await().until(() -> names(target).size() == 1);
    assertThat(Files.readString(target.resolve("a"))).isEqualTo("old");
  }

  @Test
  @DisplayName("G51: a file may come in pieces, to a receiver that said it takes them")
  void shouldTakePieces() throws IOException {
    Dict options = new Dict();
    options.put("midplane", 1);
    Channel channel =
        sendTo(
            target.toString(),
            options,
            List.of(FOLDER, "a"),
            file(9),
            Tuple.of(Bytes.ofUtf8("one")),
            Tuple.of(Bytes.ofUtf8("two")),
            Bytes.ofUtf8("six"),
            42);

    assertThat(channel)
        .containsExactly(
            Tuple.of("streams", null),
            Tuple.of("send", Tuple.of(List.of("a"), null)),
            Tuple.of("list_done", null),
            Tuple.of("ack", "a"),
            Tuple.of("links", null),
            Tuple.of("done", null));
    assertThat(Files.readString(target.resolve("a"))).isEqualTo("onetwosix");
  }

  @Test
  @DisplayName("G49: a folder too deep is refused, not a stack too deep")
  void shouldRefuseFoldersTooDeep() {
    Object[] items = new Object[600];
    java.util.Arrays.fill(items, List.of(FOLDER, "d"));

    assertRefused(send(items), "more than 500 within each other");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  @DisplayName("G49: items out of the protocol are one error that says what was expected")
  void shouldRefuseWhatIsNoTree(int which) {
    Object[] wrong = {7, List.of(), Tuple.of(FILE, "x", 4), Tuple.of(FILE, 1.0), "a"};

    assertRefused(send(wrong[which]), "rsync: a wrong node (expected:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", ""})
  @DisplayName("G49: a destination is a folder below the root")
  void shouldRefuseTheRoot(String folder) {
    assertRefused(
        sendTo(folder, new Dict(), List.of(FOLDER), 42), "expected: a folder below the root");
  }
}
