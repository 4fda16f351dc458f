package io.midplane.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.architecture.FakeCheckout.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, run for real on a checkout in miniature. */
@Timeout(120)
class LauncherTest {

  @TempDir Path folder;
  private FakeCheckout checkout;

  @BeforeEach
  void makeCheckout() throws IOException {
    checkout = new FakeCheckout(folder);
  }

  @Test
  void shouldBuildOnFirstUseAndSaySoInOneLine() throws Exception {
    Run run = checkout.run("cm", "get", "a b", "c=\"d'");

    assertThat(run.status()).isZero();
    assertThat(run.err()).isEqualTo("midplane: building (first use)\n");
    assertThat(run.out()).contains("word cm\nword get\nword a b\nword c=\"d'\n");
    assertThat(run.value("home")).isEqualTo(checkout.root().toString());
  }

  @Test
  void shouldRunFromJarsOnlyThoseOfTheClientFirst() throws Exception {
    String[] jars = checkout.run().value("classpath").split(":");

    assertThat(jars).hasSize(3).allMatch(jar -> jar.endsWith(".jar") && Path.of(jar).isAbsolute());
    assertThat(jars[0]).endsWith("/midplane-node-1.jar");
  }

  @Test
  void shouldBuildOnlyWhenSomethingChanged() throws Exception {
    checkout.run();
    Run again = checkout.run();
    assertThat(again.err()).isEmpty();
    assertThat(checkout.builds()).isEqualTo(1);

    checkout.change(checkout.source());
    Run changed = checkout.run();
    assertThat(changed.err()).isEqualTo("midplane: building (sources changed)\n");
    assertThat(checkout.builds()).isEqualTo(2);
  }

  @Test
  void shouldBuildWhenASourceIsGone() throws Exception {
    checkout.run();

    Files.delete(checkout.source());
    checkout.run();

    assertThat(checkout.builds()).isEqualTo(2);
  }

  @Test
  void shouldPassOnTheExitStatus() throws Exception {
    assertThat(checkout.run("exit", "3").status()).isEqualTo(3);
  }

  @Test
  void shouldShowMavensOutputOnlyWhenItFails() throws Exception {
    Files.createFile(checkout.breaksMaven());

    Run failed = checkout.run();
    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err()).contains("output of Maven\n", "midplane: the build failed");
    assertThat(checkout.distributions()).isEmpty();

    Files.delete(checkout.breaksMaven());
    assertThat(checkout.run().status()).isZero();
  }

  @Test
  void shouldWorkThroughSymbolicLinks() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path absolute = Files.createSymbolicLink(bin.resolve("mp"), checkout.launcher());
    Path relative = Files.createSymbolicLink(bin.resolve("mp2"), Path.of("../bin/mp"));

    for (Path link : List.of(absolute, relative)) {
      Run run = FakeCheckout.end(checkout.start(link));
      assertThat(run.value("home")).isEqualTo(checkout.root().toString());
    }
  }

  @Test
  void shouldBuildOnceForTwoWhoStartAtOnce() throws Exception {
    Process one = checkout.start(checkout.launcher(), "one");
    Process two = checkout.start(checkout.launcher(), "two");

    assertThat(FakeCheckout.end(one).out()).contains("word one");
    assertThat(FakeCheckout.end(two).out()).contains("word two");
    assertThat(checkout.builds()).isEqualTo(1);
  }

  @Test
  void shouldBuildOnceForTwoWhoStartAtOnceWithoutFlock() throws Exception {
    checkout.withoutFlock();

    shouldBuildOnceForTwoWhoStartAtOnce();

    assertThat(Files.isSymbolicLink(checkout.root().resolve(".midplane/lock.owner"))).isFalse();
  }

  @Test
  void shouldTakeOverTheLockOfADeadBuilder() throws Exception {
    checkout.withoutFlock();
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Path lock = Files.createDirectories(checkout.root().resolve(".midplane"));
    Files.createSymbolicLink(lock.resolve("lock.owner"), Path.of("" + gone.pid()));

    assertThat(checkout.run().status()).isZero();
  }

  @Test
  void shouldLeaveARunningNodeItsJarsAndRemoveThemLater() throws Exception {
    Process node = checkout.start(checkout.launcher(), "node", "start");
    BufferedReader output = node.inputReader();
    assertThat(output.lines().anyMatch("ready here"::equals)).isTrue();
    Path first = checkout.distributions().getFirst();

    for (int i = 0; i < 3; i++) {
      checkout.change(checkout.source());
      checkout.run();
    }
    assertThat(first).exists();

    node.destroy();
    node.waitFor();
    checkout.change(checkout.source());
    checkout.run();
    assertThat(first).doesNotExist();
    assertThat(checkout.distributions()).hasSize(2);
  }

  @Test
  void shouldBecomeTheJvmSoThatSignalsReachIt() throws Exception {
    Process node = checkout.start(checkout.launcher(), "node", "start");
    BufferedReader output = node.inputReader();
    assertThat(output.readLine()).isEqualTo("pid " + node.pid());
    assertThat(output.lines().anyMatch("ready here"::equals)).isTrue();

    node.toHandle().destroy();

    assertThat(output.lines()).contains("stopped");
    assertThat(node.waitFor()).isEqualTo(143);
  }

  @Test
  void shouldExitWith69WithoutJdk25() throws Exception {
    String text = Files.readString(checkout.launcher());
    assertThat(text).contains("/usr/lib/jvm/*");
    Files.writeString(checkout.launcher(), text.replace("/usr/lib/jvm/*", "\"$root\"/jvm/*"));
    checkout.withoutFlock();
    checkout.environment().put("MIDPLANE_JAVA_HOME", folder.toString());

    Run run = checkout.run("--version");

    assertThat(run.status()).isEqualTo(69);
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .contains("install", "MIDPLANE_JAVA_HOME");
    assertThat(checkout.builds()).isZero();
  }

  @Test
  void shouldFindTheJdkInEveryPlace() throws Exception {
    String jdk = checkout.environment().remove("MIDPLANE_JAVA_HOME");
    Files.writeString(
        checkout.launcher(),
        Files.readString(checkout.launcher()).replace("/usr/lib/jvm/*", "\"$root\"/jvm/*"));
    checkout.withoutFlock();
    for (String variable : List.of("MIDPLANE_JAVA_HOME", "JAVA25_HOME", "JAVA_HOME")) {
      checkout.environment().put(variable, jdk);
      assertThat(checkout.run("--java-home").out()).as(variable).isEqualTo(jdk + "\n");
      checkout.environment().remove(variable);
    }

    String path = checkout.environment().get("PATH");
    checkout.environment().put("PATH", path + ":" + jdk + "/bin");
    assertThat(Path.of(checkout.run("--java-home").out().strip()).toRealPath())
        .isEqualTo(Path.of(jdk).toRealPath());

    checkout.environment().put("PATH", path);
    Path usual = Files.createDirectories(checkout.root().resolve("jvm"));
    Files.createSymbolicLink(usual.resolve("jdk"), Path.of(jdk));
    assertThat(checkout.run("--java-home").out()).isEqualTo(usual.resolve("jdk") + "\n");
  }

  @Test
  void shouldRefuseACheckoutItCannotWriteTo() throws Exception {
    Files.writeString(checkout.root().resolve(".midplane"), "a file where the folder should be");

    Run run = checkout.run("--version");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err().lines()).singleElement().asString().contains("is not writable");
  }

  @Test
  void shouldTrainACacheOfEachKindAndUseIt() throws Exception {
    checkout.environment().remove("MIDPLANE_AOT");

    Run first = checkout.run("cm", "get");
    assertThat(first.err()).isEqualTo("midplane: building (first use)\n");
    Path build = checkout.distributions().getFirst();
    assertThat(build.resolve("short.aot")).isNotEmptyFile();
    assertThat(build.resolve("long.aot")).isNotEmptyFile();

    Run again = checkout.run("cm", "get");
    assertThat(again.status()).isZero();
    assertThat(again.err()).isEmpty();
    checkout.environment().put("MIDPLANE_JAVA_OPTS", "-XX:AOTMode=on");
    assertThat(checkout.run("cm", "get").status()).as("the cache fits").isZero();
    checkout.environment().remove("MIDPLANE_JAVA_OPTS");

    checkout.change(checkout.source());
    checkout.run("cm", "get");
    Path next = checkout.distributions().getLast();
    assertThat(next).isNotEqualTo(build);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.exists(next.resolve("long.aot")));
  }
}
