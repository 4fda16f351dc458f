package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Programs that may not open ports, in JVMs of their own. */
@Tag("netns")
class PrivilegeTest {
  private Namespaces namespaces;
  private String namespace;

  @BeforeEach
  void add() {
    namespaces = new Namespaces();
    namespace = namespaces.add("p");
  }

  @AfterEach
  void remove() {
    if (namespaces != null) {
      namespaces.close();
    }
  }

  private String run(List<String> before, String... flags) {
    List<String> command = new ArrayList<>(before);
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(OpensPort.class.getName(), "lo"));
    return namespaces.exec(namespace, command.toArray(String[]::new));
  }

  @Test
  @DisplayName("2: without CAP_NET_RAW the error names it and three remedies")
  void shouldNameTheCapability() {
    List<String> without =
        List.of("setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw", "--");

    assertThat(run(without, "--enable-native-access=ALL-UNNAMED"))
        .contains("cannot open lo", "EPERM", "CAP_NET_RAW")
        .contains("AmbientCapabilities=", "setpriv --ambient-caps", "unshare -Urn");
  }

  @Test
  @DisplayName("46: native access is all it takes, and its flag is named where it is denied")
  void shouldNameTheMissingFlag() {
    String deny = "--illegal-native-access=deny";

    assertThat(run(List.of(), deny)).contains("--enable-native-access=ALL-UNNAMED");
    assertThat(run(List.of(), deny, "--enable-native-access=ALL-UNNAMED").strip())
        .isEqualTo("open lo");
  }
}
