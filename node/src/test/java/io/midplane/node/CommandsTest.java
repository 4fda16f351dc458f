package io.midplane.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.actors.EventId;
import io.midplane.protocol.Row;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every command against a running node: what it prints, where, and with which status it ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandsTest {
  private static final String DESK =
      """
      {"table":"lamp","status":"%s","row":{"name":"desk","watts":7,"on":false,"rooms":["a","b"]}}
      """;

  private NodeUnderTest node;
  private Cli cli;

  @BeforeAll
  void start(@TempDir Path folder) {
    node = new NodeUnderTest(folder, new LampAgent(), "lamp");
    cli = Cli.at(node.socket());
  }

  @AfterAll
  void stop() {
    node.close();
  }

  @BeforeEach
  void setTwoLamps() {
    for (String row : cli.run("cm", "walk", "lamp", "--json").lines()) {
      if (row.contains("\"name\":\"")) {
        String name = row.replaceAll(".*\"name\":\"([a-z]+)\".*", "$1");
        assertThat(cli.run("cm", "op", "lamp", "delete", "name=" + name).status()).isZero();
      }
    }
    cli.run("cm", "set", "lamp", "name=desk", "watts=7", "rooms=a,b");
    cli.run("cm", "set", "lamp", "name=hall", "watts=60", "on=true");
  }

  @Test
  void shouldGetARowAsJson() {
    var got = cli.run("cm", "get", "lamp", "name=desk", "--json");

    assertThat(got.out()).isEqualTo(DESK.formatted("SUCCESS"));
    assertThat(got.err()).isEmpty();
    assertThat(got.status()).isZero();
  }

  @Test
  void shouldGetARowForPeople() {
    var got = cli.run("cm", "get", "lamp", "name=desk");

    assertThat(got.out())
        .isEqualTo(
            """
            name   desk
            watts  7
            on     false
            rooms  a, b
            """);
  }

  @Test
  void shouldWalkWithTheStatusOfEachRow() {
    var walked = cli.run("--json", "cm", "walk", "lamp");

    assertThat(walked.out())
        .isEqualTo(
            DESK.formatted("MORE")
                + """
                {"table":"lamp","status":"SUCCESS","row":{"name":"hall","watts":60,"on":true,"rooms":[]}}
                """);
  }

  @Test
  void shouldWalkForPeople() {
    var walked = cli.run("cm", "walk", "lamp");

    assertThat(walked.out())
        .isEqualTo(
            """
            NAME  WATTS  ON     ROOMS
            desk      7  false  a, b
            hall     60  true   -
            """);
  }

  @Test
  @DisplayName("B11: the last of --max rows says MORE if others follow")
  void shouldSayMoreBehindTheLastOfMaxRows() {
    var walked = cli.run("cm", "walk", "lamp", "--max", "1", "--json");

    assertThat(walked.out()).isEqualTo(DESK.formatted("MORE"));
  }

  @Test
  void shouldWalkBehindAKeyThatNeedNotExist() {
    var walked = cli.run("cm", "walk", "lamp", "--after", "name=desz", "--json");

    assertThat(walked.lines()).hasSize(1).first().asString().contains("\"hall\"");
  }

  @Test
  void shouldPrintOneSuccessWithoutRowForAnEmptyWalk() {
    var walked = cli.run("cm", "walk", "lamp", "--after=name=zzz", "--json");

    assertThat(walked.out())
        .isEqualTo("{\"table\":\"lamp\",\"status\":\"SUCCESS\",\"row\":null}\n");
    assertThat(walked.status()).isZero();
  }

  @Test
  void shouldPrintNothingForPeopleForAnEmptyWalk() {
    assertThat(cli.run("cm", "walk", "lamp", "--after", "name=zzz").out()).isEmpty();
  }

  @Test
  void shouldWalkALargeTableToItsEnd() {
    var walked = cli.run("cm", "walk", "star", "--json");

    assertThat(walked.lines()).hasSize(LampAgent.STAR_COUNT);
    assertThat(walked.lines().getFirst())
        .isEqualTo(
            "{\"table\":\"star\",\"status\":\"MORE\",\"row\":{\"number\":0,\"name\":\"star 0\"}}");
    assertThat(walked.lines().getLast()).contains("\"SUCCESS\"").contains("\"star 99999\"");
    assertThat(walked.lines().stream().filter(line -> line.contains("\"SUCCESS\""))).hasSize(1);
  }

  @Test
  void shouldStopWalkingWhenNobodyReads() {
    var written = new int[1];
    var closed =
        new OutputStream() {
          @Override
          public void write(int b) throws java.io.IOException {
            if (++written[0] > 1000) {
              throw new java.io.IOException("Broken pipe");
            }
          }
        };

    int status =
        Main.run(
            new PrintStream(closed),
            new PrintStream(OutputStream.nullOutputStream()),
            cli.environment(),
            "cm",
            "walk",
            "star");

    assertThat(status).isEqualTo(1);
    assertThat(written[0]).isLessThan(100_000);
  }

  @Test
  void shouldPrintTheRowAsItIsAfterASet() {
    var set = cli.run("cm", "set", "lamp", "name=desk", "on=true", "--json");

    assertThat(set.out())
        .isEqualTo(
            """
            {"table":"lamp","status":"SUCCESS","row":{"name":"desk","watts":7,"on":true,"rooms":["a","b"]}}
            """);
  }

  @Test
  @DisplayName("B16, B17: the agent knows user and virtual router, and its progress is printed")
  void shouldPrintNothingForPeopleAfterASetButItsProgress() {
    var set = cli.run("cm", "set", "lamp", "name=desk", "on=true", "--vr", "VR-Mgmt");

    assertThat(set.out()).isEmpty();
    assertThat(set.err())
        .isEqualTo(
            """
            switching desk
            asked by %s in VR-Mgmt
            """
                .formatted(System.getProperty("user.name")));
  }

  @Test
  void shouldDoAnOperation() {
    assertThat(cli.run("cm", "op", "lamp", "delete", "name=hall").status()).isZero();

    assertThat(cli.run("cm", "walk", "lamp", "--json").out()).isEqualTo(DESK.formatted("SUCCESS"));
  }

  @Test
  void shouldListTables() {
    var tables = cli.run("cm", "tables");

    assertThat(tables.out())
        .isEqualTo(
            """
            TABLE  AGENT  SAVED  KEY             COLUMNS                             OPERATIONS
            lamp   lamp   yes    name:text       watts:integer, on:flag, rooms:list  delete
            star   lamp   no     number:integer  name:text                           -
            """);
    assertThat(cli.run("cm", "tables", "--json").lines())
        .hasSize(2)
        .last()
        .isEqualTo(
            "{\"table\":\"star\",\"agent\":\"lamp\",\"persistent\":false,\"columns\":["
                + "{\"name\":\"number\",\"type\":\"integer\",\"key\":true,\"required\":true,\"default\":null,\"description\":\"\"},"
                + "{\"name\":\"name\",\"type\":\"text\",\"key\":false,\"required\":true,\"default\":null,\"description\":\"\"}],"
                + "\"operations\":[]}");
  }

  @Test
  @DisplayName(
      "B20: what is unknown or breaks a rule ends with status 1 and says what was expected")
  void shouldEndWithOneForWhatIsRefused() {
    var unknownTable = cli.run("cm", "get", "nix", "name=a", "--json");
    var unknownRow = cli.run("cm", "get", "lamp", "name=a");
    var unknownColumn = cli.run("cm", "set", "lamp", "name=a", "volts=5");
    var wrongType = cli.run("cm", "set", "lamp", "name=a", "watts=many");
    var outOfRange = cli.run("cm", "set", "lamp", "name=a", "watts=101");
    var unknownOperation = cli.run("cm", "op", "lamp", "explode", "name=desk");
    var readOnly = cli.run("cm", "set", "star", "number=1", "name=x");

    assertThat(unknownTable.out())
        .startsWith(
            "{\"table\":\"nix\",\"status\":\"ERROR\",\"row\":null,\"message\":\"table nix:"
                + " unknown");
    assertThat(unknownTable.err()).startsWith("midplane: table nix: unknown");
    assertThat(unknownRow.out()).isEmpty();
    assertThat(unknownRow.err()).isEqualTo("midplane: lamp: no row a\n");
    assertThat(unknownColumn.err()).contains("volts").contains("expected:");
    assertThat(wrongType.err()).contains("many").contains("expected:");
    assertThat(outOfRange.err()).contains("101").contains("1 to 100");
    assertThat(unknownOperation.err()).contains("explode").contains("delete");
    assertThat(readOnly.err()).contains("star");
    for (var refused :
        new Cli.Result[] {
          unknownTable, unknownRow, unknownColumn, wrongType, outOfRange, unknownOperation, readOnly
        }) {
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.err().lines()).hasSize(1);
    }
  }

  @Test
  void shouldPrintTheAgentsOwnWordsUnchanged() {
    var refused = cli.run("cm", "set", "lamp", "name=a", "watts=13");

    assertThat(refused.err()).isEqualTo("midplane: no lamp has 13 watts\nin this house\n");
    assertThat(refused.status()).isEqualTo(1);
  }

  @Test
  @DisplayName("B11, B12: a row that the agent refuses has the status ERROR and the agent's words")
  void shouldPrintAnErrorRowForWhatTheAgentRefuses() {
    var refused = cli.run("cm", "set", "lamp", "name=a", "watts=13", "--json");

    assertThat(refused.out())
        .isEqualTo(
            "{\"table\":\"lamp\",\"status\":\"ERROR\",\"row\":null,"
                + "\"message\":\"no lamp has 13 watts\\nin this house\"}\n");
    assertThat(refused.status()).isEqualTo(1);
  }

  @Test
  void shouldEndWithThreeWithoutNode(@TempDir Path empty) {
    var get = cli.run("cm", "get", "lamp", "name=a", "--data", empty.toString(), "--json");

    assertThat(get.status()).isEqualTo(3);
    assertThat(get.out()).contains("\"status\":\"ERROR\"").contains("no node at " + empty);
    assertThat(get.err())
        .startsWith("midplane: no node at " + empty)
        .contains("midplane node start");
  }

  @Test
  void shouldRefuseASocketPathThatNoSocketMayHave(@TempDir Path folder) {
    var get = cli.run("node", "status", "--socket", folder.resolve("x".repeat(108)).toString());

    assertThat(get.status()).isEqualTo(1);
    assertThat(get.err()).contains("socket path").contains("at most 107");
  }

  @Test
  void shouldSaveSelectShowAndCompare() {
    assertThat(cli.run("config", "save", "first").out()).startsWith("saved first (");
    cli.run("cm", "set", "lamp", "name=desk", "on=true");

    var diff = cli.run("config", "diff");
    var save = cli.run("config", "save", "second", "--json");
    var between = cli.run("config", "diff", "first", "second");
    var use = cli.run("config", "use", "first");
    var list = cli.run("config", "list", "--json");
    var show = cli.run("config", "show", "--saved", "first");
    var running = cli.run("config", "show", "--json");

    String before = "lamp name=\"desk\" watts=7 on=false rooms=[\"a\",\"b\"]";
    String after = "lamp name=\"desk\" watts=7 on=true rooms=[\"a\",\"b\"]";
    assertThat(diff.out()).isEqualTo("- " + before + "\n+ " + after + "\n");
    assertThat(between.out()).isEqualTo(diff.out());
    assertThat(save.out()).startsWith("{\"name\":\"second\",\"selected\":true,\"time\":\"");
    assertThat(use.out()).isEqualTo("selected first; the next start loads it\n");
    assertThat(list.lines()).hasSize(2);
    assertThat(list.lines().getFirst()).startsWith("{\"name\":\"first\",\"selected\":true,");
    assertThat(list.lines().getLast()).startsWith("{\"name\":\"second\",\"selected\":false,");
    assertThat(show.lines()).contains(before).hasSize(2);
    assertThat(running.lines().getFirst())
        .isEqualTo("{\"line\":\"" + after.replace("\"", "\\\"") + "\"}");
  }

  @Test
  void shouldRefuseUnknownAndBadConfigurationNames() {
    assertThat(cli.run("config", "use", "nothere").status()).isEqualTo(1);
    assertThat(cli.run("config", "show", "--saved", "nothere").err()).contains("nothere");
    var bad = cli.run("config", "save", "9lives");
    assertThat(bad.status()).isEqualTo(1);
    assertThat(bad.err()).contains("9lives");
  }

  @Test
  void shouldShowTheNode() {
    var status = cli.run("node", "status");
    var json = cli.run("node", "status", "--json");

    long pid = ProcessHandle.current().pid();
    assertThat(status.out())
        .startsWith(
            "node     midplane " + Version.TEXT + "\nstate    READY\npid      " + pid + "\n")
        .contains("AGENT  STATE  RESTARTS  STARTED")
        .contains("lamp   READY         0  ");
    assertThat(json.out())
        .startsWith(
            "{\"name\":\"midplane\",\"version\":\""
                + Version.TEXT
                + "\",\"state\":\"READY\",\"pid\":"
                + pid)
        .contains("\"agents\":[{\"name\":\"lamp\",\"state\":\"READY\",\"restarts\":0,")
        .endsWith("}]}\n");
  }

  @Test
  void shouldTellTheNodeToStop() {
    var stop = cli.run("node", "stop", "--json");

    assertThat(stop.out()).contains("\"stopped\":true");
    assertThat(node.stopSignal().whenStopped().join()).startsWith("node stop of user ");
  }

  @Test
  void shouldWatchEvents() throws Exception {
    CountDownLatch watching = new CountDownLatch(1);
    var err =
        new PrintStream(OutputStream.nullOutputStream()) {
          @Override
          public void println(String line) {
            watching.countDown();
          }
        };
    var out = new java.io.ByteArrayOutputStream();
    var run =
        CompletableFuture.supplyAsync(() ->
            Main.run(
                new PrintStream(out),
                err,
                cli.environment(),
                "events",
                "watch",
                "x.y",
                "--max",
                "2",
                "--json"));
    watching.await();

    node.midplane().events().publish(EventId.parse("x.z"), Row.of("no", 1));
    node.midplane().events().publish(EventId.parse("x.y"), Row.of("a", 1));
    node.midplane().events().publish(EventId.parse("x.y.deep"), Row.of("b", 2));

    assertThat(run.get()).isZero();
    var lines = out.toString().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst())
        .startsWith("{\"id\":\"x.y\",\"time\":\"")
        .contains("\"publisher\":\"midplane\"")
        .endsWith("\"data\":{\"a\":1}}");
    assertThat(lines.getLast()).startsWith("{\"id\":\"x.y.deep\"");
  }

  @Test
  void shouldPrintNoControlCharacters() {
    cli.run("cm", "set", "lamp", "name=desk", "rooms=\u001b[31mred,b\nc");

    assertThat(cli.run("cm", "walk", "lamp").out()).contains("\\x1b[31mred, b\\nc");
    assertThat(cli.run("cm", "get", "lamp", "name=desk", "--json").out())
        .contains("\\u001B[31mred");
  }
}
