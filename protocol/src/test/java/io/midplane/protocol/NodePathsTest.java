package io.midplane.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodePathsTest {

  @Test
  void shouldFindTheDataFolder() {
    assertThat(data(Map.of("HOME", "/home/u"))).isEqualTo("/home/u/.local/state/midplane");
    assertThat(data(Map.of("HOME", "/home/u", "XDG_STATE_HOME", "/s"))).isEqualTo("/s/midplane");
    assertThat(data(Map.of("XDG_STATE_HOME", "/s", "MIDPLANE_DATA", "/d"))).isEqualTo("/d");
    assertThat(data(Map.of("HOME", "/h", "XDG_STATE_HOME", "", "MIDPLANE_DATA", "")))
        .isEqualTo("/h/.local/state/midplane");
    assertThat(data(Map.of()))
        .isEqualTo(System.getProperty("user.home") + "/.local/state/midplane");
  }

  private static String data(Map<String, String> environment) {
    return NodePaths.of(environment).dataDirectory().toString();
  }

  @Test
  void shouldFindTheSocket() {
    assertThat(NodePaths.of(Map.of("MIDPLANE_DATA", "/d")).socket())
        .isEqualTo(Path.of("/d/midplane.sock"));
    assertThat(NodePaths.of(Map.of("MIDPLANE_DATA", "/d", "MIDPLANE_SOCKET", "/run/m")).socket())
        .isEqualTo(Path.of("/run/m"));
  }

  @Test
  void shouldLetAProgramSetTheSocketForThoseItRunsInsideItself() {
    System.setProperty("midplane.socket", "/run/other.sock");
    try {
      assertThat(NodePaths.ofProcess().socket()).isEqualTo(Path.of("/run/other.sock"));
    } finally {
      System.clearProperty("midplane.socket");
    }
  }

  @Test
  void shouldRefuseASocketPathOver107Bytes() {
    String folder = "/" + "x".repeat(92);
    assertThat(NodePaths.socketIn(Path.of(folder)).toString()).hasSize(107);

    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> NodePaths.socketIn(Path.of(folder + "x")))
        .withMessage(
            "socket path: "
                + folder
                + "x/midplane.sock of 108 bytes (expected: at most 107); choose a shorter --socket"
                + " or --data")
        .extracting(MidplaneException::code)
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> NodePaths.checkSocket(Path.of("/" + "ä".repeat(54))))
        .withMessageContaining("of 109 bytes");
    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> MidplaneClient.connect(Path.of(folder + "/midplane.sockx")))
        .withMessageContaining("of 108 bytes");
  }
}
