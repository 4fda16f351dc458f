package io.midplane.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XSpecTest {

  @Test
  @DisplayName("G1 keys, values, bare keys, variables; the text and equality stay")
  void shouldParseSpecs() {
    XSpec ssh = XSpec.parse("ssh=user@h//python=python3.12//chdir=x//later=kept");
    XSpec popen = XSpec.parse("popen//env:A=b=c//env:D=");

    assertThat(ssh.get("ssh")).hasValue("user@h");
    assertThat(ssh.get("python")).hasValue("python3.12");
    assertThat(ssh.get("chdir")).hasValue("x");
    assertThat(ssh.get("later")).hasValue("kept");
    assertThat(ssh.get("nothing")).isEmpty();
    assertThat(popen.has("popen")).isTrue();
    assertThat(popen.get("popen")).isEmpty();
    assertThat(popen.environment()).containsEntry("A", "b=c").containsEntry("D", "");
    assertThat(XSpec.parse("socket=1.2.3.4:8888").get("socket")).hasValue("1.2.3.4:8888");
    assertThat(ssh).hasToString("ssh=user@h//python=python3.12//chdir=x//later=kept");
    assertThat(popen).isEqualTo(XSpec.parse(popen.toString())).isNotEqualTo(ssh);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "popen////id=x", "popen//popen", "popen//_spec=x", "=x"})
  @DisplayName("G2 what is no spec is refused")
  void shouldRefuseWhatIsNoSpec(String text) {
    assertThatThrownBy(() -> XSpec.parse(text)).satisfies(XSpecTest::isInvalid);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id=x",
        "popen//ssh=h",
        "ssh",
        "popen//python",
        "socket=h:1//python=x",
        "socket",
        "socket=h:1//via=m",
        "popen//nice=much",
        "inproc//java=x"
      })
  @DisplayName("G2 what cannot begin a gateway is refused before anything is started")
  void shouldRefuseWhatCannotBegin(String text) {
    try (Group group = Group.open(Groups.settings())) {
      assertThatThrownBy(() -> group.makeGateway(text)).satisfies(XSpecTest::isInvalid);
      assertThat(group.size()).isZero();
    }
  }

  private static void isInvalid(Throwable failure) {
    assertThat(failure)
        .isInstanceOfSatisfying(
            MidplaneException.class,
            ours -> assertThat(ours.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("expected:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "python3",
        "sudo -u x  python3",
        "/opt/my\\ dir/py",
        "a 'b c' \"d e\" f'g'h",
        "\"a \\\" b \\\\ \\n\" ''",
        "a\\'b 'c\"d'"
      })
  @DisplayName("G3 python= has the words that a shell sees")
  void shouldSplitAsAShellDoes(String text) throws Exception {
    Process shell =
        new ProcessBuilder(
                "sh", "-c", "for each in " + text + "; do printf '%s\\0' \"$each\"; done")
            .start();
    String seen = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String[] words = seen.split("\0", -1);

    assertThat(ShellWords.of(text))
        .containsExactlyElementsOf(List.of(words).subList(0, words.length - 1));
  }

  @Test
  @DisplayName("G3 the command of a Python worker")
  void shouldBuildTheCommandOfPython() {
    assertThat(arguments("popen//python=sudo -u x python3//dont_write_bytecode"))
        .startsWith("sudo", "-u", "x", "python3", "-u", "-B", "-c")
        .endsWith("import sys;exec(eval(sys.stdin.readline()))");
  }

  @Test
  @DisplayName("G4 the commands of ssh and vagrant")
  void shouldBuildTheCommandsOfShells() {
    String remote = "python3.12 -c \"import sys;exec(eval(sys.stdin.readline()))\"";

    assertThat(arguments("ssh=-p 22 user@h//ssh_config=cfg//python=python3.12"))
        .containsExactly("ssh", "-C", "-F", "cfg", "-p", "22", "user@h", remote);
    assertThat(arguments("vagrant_ssh=box//python=python3.12"))
        .containsExactly("vagrant", "ssh", "box", "--", "-C", remote);
  }

  private static List<String> arguments(String spec) {
    WorkerStore store = new WorkerStore(Groups.settings().workerFolder());
    return Launches.of(XSpec.parse(spec), "gw0", "thread", store).arguments();
  }
}
