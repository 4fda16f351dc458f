package io.midplane.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataDirectoryTest {

  @TempDir Path folder;

  @Test
  void shouldMakeTheFolderAndThoseAboveForItsOwnerAlone() throws IOException {
    Path path = folder.resolve("a/b/data");

    DataDirectory data = DataDirectory.open(path);

    assertThat(data.path()).isEqualTo(path.toAbsolutePath());
    for (Path made : new Path[] {path, path.getParent(), path.getParent().getParent()}) {
      assertThat(mode(made)).isEqualTo("rwx------");
    }
    assertThat(mode(data.folder("config"))).isEqualTo("rwx------");
    assertThat(DataDirectory.open(path).path()).isEqualTo(data.path());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxr-x---", "rwx--x--x", "rwxrwxrwx", "rwx-----x"})
  void shouldRefuseAFolderThatIsOpenToOthers(String mode) throws IOException {
    Path path = Files.createDirectory(folder.resolve("data"));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));

    assertThatThrownBy(() -> DataDirectory.open(path))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED))
        .hasMessageContaining(path.toString())
        .hasMessageContaining("owner " + Files.getOwner(path).getName())
        .hasMessageContaining("mode " + mode)
        .hasMessageEndingWith(
            mode.charAt(7) == 'w' ? "use a folder of your own" : "chmod 700 " + path);
    assertThat(mode(path)).isEqualTo(mode);
  }

  @Test
  void shouldSayWhyAFolderCannotBeMade() {
    Path path = Path.of("/proc/none/data");

    assertThatThrownBy(() -> DataDirectory.open(path))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO_FAILED))
        .hasMessage(
            "data directory /proc/none/data: cannot be made or read: no such folder; check the"
                + " folders above it");
  }

  @Test
  void shouldRefuseAFolderOfAnotherUser() {
    Path path = DataDirectory.open(folder.resolve("data")).path();
    Object user = uid(path);
    Path ofAnother = ownedByAnother(user);

    assertThatThrownBy(() -> DataDirectory.open(path, ofAnother))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED))
        .hasMessageContaining("a folder of your own");
  }

  @Test
  void shouldRefuseAFile() throws IOException {
    Path path = Files.createFile(folder.resolve("data"));

    assertThatThrownBy(() -> DataDirectory.open(path))
        .isInstanceOfSatisfying(
            MidplaneException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    assertThatThrownBy(() -> DataDirectory.open(path.resolve("below")))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO_FAILED));
  }

  @Test
  void shouldBeCheckedBeforeARuntimeStarts() throws IOException {
    Path path = Files.createDirectory(folder.resolve("data"));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThatThrownBy(() -> Midplane.start(MidplaneSettings.defaults().dataDirectory(path)))
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED));
    try (Midplane midplane =
        Midplane.start(MidplaneSettings.defaults().dataDirectory(folder.resolve("other")))) {
      assertThat(midplane.dataDirectory()).hasValue(folder.resolve("other"));
      assertThat(mode(folder.resolve("other"))).isEqualTo("rwx------");
    }
  }

  /** A path that this user does not own, or, for the superuser, one given away for the test. */
  private Path ownedByAnother(Object user) {
    Path root = Path.of("/");
    if (!uid(root).equals(user)) {
      return root;
    }
    try {
      Path given = Files.createFile(folder.resolve("given"));
      Files.setAttribute(given, "unix:uid", 65534);
      return given;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Object uid(Path path) {
    try {
      return Files.getAttribute(path, "unix:uid");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
