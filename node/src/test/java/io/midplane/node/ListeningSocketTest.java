package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may use the socket, and what may stand in its place. */
class ListeningSocketTest {
  @TempDir Path folder;

  private Path path() {
    return folder.resolve("node.sock");
  }

  @Test
  void shouldBeForItsOwnerAlone() throws IOException {
    try (ListeningSocket _ = ListeningSocket.bind(path())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
          .isEqualTo("rw-------");
    }
    assertThat(path()).doesNotExist();
  }

  @Test
  void shouldAdmitItsOwnerAndRootOnly() throws IOException {
    try (ListeningSocket socket = ListeningSocket.bind(path())) {
      assertThat(socket.admits(new PeerIdentity(Files.getOwner(path())))).isTrue();
      assertThat(socket.admits(new PeerIdentity(user("root")))).isTrue();
      assertThat(socket.admits(new PeerIdentity(user("nobody")))).isFalse();
    }
  }

  private UserPrincipal user(String name) throws IOException {
    return folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
  }

  @Test
  void shouldAdmitRootToAnothersSocket() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root can give a file away");
    try (ListeningSocket socket = ListeningSocket.bind(path())) {
      Files.setOwner(path(), user("nobody"));

      assertThat(socket.admits(new PeerIdentity(user("root")))).isTrue();
    }
  }

  @Test
  void shouldReplaceASocketThatADeadNodeLeft() throws IOException {
    try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path()));
    }
    assertThat(path()).exists();

    try (ListeningSocket socket = ListeningSocket.bind(path())) {
      assertThat(socket.path()).isEqualTo(path());
    }
  }

  @Test
  void shouldRefuseASocketOnWhichSomebodyServes() {
    try (ListeningSocket _ = ListeningSocket.bind(path())) {
      assertThatThrownBy(() -> ListeningSocket.bind(path()))
          .isInstanceOf(MidplaneException.class)
          .hasMessage(
              "socket "
                  + path()
                  + ": somebody serves there; stop that one or choose another --socket");
      assertThat(path()).exists();
    }
  }

  @Test
  void shouldNotReplaceWhatIsNoSocket() throws IOException {
    Files.writeString(path(), "precious");

    assertThatThrownBy(() -> ListeningSocket.bind(path()))
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("it is no socket");
    assertThat(path()).hasContent("precious");
  }

  @Test
  void shouldNotRemoveTheSocketOfANodeThatCameAfterIt() throws IOException {
    ListeningSocket first = ListeningSocket.bind(path());
    Files.delete(path());
    try (ListeningSocket _ = ListeningSocket.bind(path())) {
      first.close();

      assertThat(path()).exists();
    }
  }

  @Test
  void shouldRefuseAPathThatIsTooLong() {
    Path longPath = folder.resolve("x".repeat(107));

    assertThatThrownBy(() -> ListeningSocket.bind(longPath))
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("socket path")
        .hasMessageContaining("at most 107");
  }

  @Test
  void shouldMakeAMissingFolderForItsOwnerAlone() throws IOException {
    Path missing = folder.resolve("run");

    try (ListeningSocket _ = ListeningSocket.bind(missing.resolve("node.sock"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(missing)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void shouldRefuseAFolderThatOthersMayEnter() throws IOException {
    Path wide = Files.createDirectory(folder.resolve("wide"));
    Files.setPosixFilePermissions(wide, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThatThrownBy(() -> ListeningSocket.bind(wide.resolve("node.sock")))
        .isInstanceOf(MidplaneException.class)
        .hasMessageContaining("chmod 700");
    assertThat(wide).isEmptyDirectory();
  }
}
