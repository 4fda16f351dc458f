package io.midplane.examples.lldp;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import io.midplane.actors.Event;
import io.midplane.actors.EventId;
import io.midplane.actors.Midplane;
import io.midplane.cm.Configuration;
import io.midplane.node.Main;
import io.midplane.protocol.Row;
import io.midplane.testkit.MidplaneTest;
import io.midplane.testkit.Probes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** The agent and the lldpd of Debian, each in a namespace, with a cable between them. */
@MidplaneTest
@Tag("peer")
@Tag("netns")
class LldpdTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final long PID = ProcessHandle.current().pid();
  private static final String HERE = "lldp" + PID + "a";
  private static final String THERE = "lldp" + PID + "b";

  @TempDir Path folder;
  private Process lldpd;

  @BeforeEach
  void layTheCable() throws Exception {
    if (!Files.isExecutable(Path.of("/usr/sbin/lldpd"))) {
      miss("lldpd is not installed");
    }
    try {
      run("ip", "netns", "add", HERE);
    } catch (AssertionError e) {
      miss("namespaces are refused here: " + e.getMessage());
    }
    run("ip", "netns", "add", THERE);
    run(
        "ip", "link", "add", "here0", "netns", HERE, "type", "veth", "peer", "name", "there0",
        "netns", THERE);
    run("ip", "-n", HERE, "link", "set", "here0", "up");
    run("ip", "-n", THERE, "link", "set", "there0", "up");
    Files.createDirectories(Path.of("/run/lldpd"));
    // lldpcli gives its privileges up before it connects.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    lldpd =
        new ProcessBuilder(
                "ip", "netns", "exec", THERE, "lldpd", "-d", "-u", socket(), "-I", "there0")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("lldpd.log").toFile())
            .start();
    Awaitility.await().atMost(LONG).untilAsserted(() -> lldpcli("show", "chassis"));
    lldpcli("configure", "lldp", "tx-interval", "1");
    lldpcli("configure", "lldp", "tx-hold", "3");
    lldpcli(
        "configure", "lldp", "custom-tlv", "oui", "00,80,c2", "subtype", "1", "oui-info", "00,07");
    lldpcli("update");
  }

  private static void miss(String what) {
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      throw new AssertionError(what);
    }
    throw new TestAbortedException(what);
  }

  @AfterEach
  void takeItAway() throws Exception {
    if (lldpd != null) {
      lldpd.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
      for (String name : List.of(HERE, THERE)) {
        run("ip", "netns", "delete", name);
      }
    }
  }

  private String socket() {
    return folder.resolve("lldpd.sock").toString();
  }

  private String lldpcli(String... words) {
    var command = new ArrayList<>(List.of("lldpcli", "-u", socket()));
    command.addAll(List.of(words));
    return run(command.toArray(String[]::new));
  }

  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(String.join(" ", command), e);
    }
  }

  @Test
  @DisplayName(
      "lldpd and the agent know each other, and the agent forgets an lldpd that was killed")
  void shouldKnowAndForgetLldpd(Midplane midplane, Probes probes) throws Exception {
    TestProbe<Event> listener = probes.of(Event.class);
    midplane.events().subscribe(EventId.of("lldp", "neighbor"), listener.getRef());
    var agent = new LldpAgent(LldpIdentity.of("midplane-here"), LldpLink.inRouter(HERE));
    midplane.spawn(agent, "lldp");
    Configuration.of(midplane).set("lldp_port", Row.of("name", "here0", "interval", 1));

    Event added = listener.receiveMessage(LONG);
    assertThat(added.id()).isEqualTo(EventId.of("lldp", "neighbor", "added"));
    Row row =
        Configuration.of(midplane)
            .get(
                "lldp_neighbor",
                "here0",
                added.data().get("chassis"),
                added.data().get("neighborPort"));
    assertThat(lldpcli("show", "chassis")).contains("SysName:      " + row.get("systemName"));
    assertThat(row.get("portDescription")).isEqualTo("there0");
    assertThat(row.get("vlan")).isEqualTo(7L);
    assertThat(row.get("ttl")).isEqualTo(3L);

    Awaitility.await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(lldpcli("show", "neighbors"))
                .contains("SysName:      midplane-here")
                .contains("PortID:       ifname here0")
                .contains("ChassisID:    local midplane-here")
                .contains("TTL:          4"));

    lldpd.destroyForcibly();
    assertThat(listener.receiveMessage(LONG).id())
        .isEqualTo(EventId.of("lldp", "neighbor", "removed"));
  }

  @Test
  @DisplayName("midplane packet lldp prints lldpd when it comes, and takes its leave at the end")
  void shouldPrintNeighbors() throws Exception {
    var out = new ByteArrayOutputStream();
    var status = new CompletableFuture<Integer>();
    Thread command =
        Thread.ofPlatform()
            .start(() ->
                status.complete(
                    Main.run(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        System.err,
                        Map.of(),
                        "packet",
                        "lldp",
                        "here0",
                        "--vr",
                        HERE)));

    Awaitility.await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("added here0: "));
    Awaitility.await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(lldpcli("show", "neighbors")).contains("PortID:       ifname here0"));
    command.interrupt();

    assertThat(status.get(30, TimeUnit.SECONDS)).isNotZero();
    Awaitility.await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(lldpcli("show", "neighbors")).doesNotContain("ifname here0"));
  }

  @Test
  @DisplayName("midplane packet lldp refuses an interface that is not there")
  void shouldRefuseAnInterfaceThatIsNotThere() {
    var err = new ByteArrayOutputStream();

    int status =
        Main.run(
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            "packet",
            "lldp",
            "there0",
            "--vr",
            HERE);

    assertThat(status).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("there0");
  }
}
