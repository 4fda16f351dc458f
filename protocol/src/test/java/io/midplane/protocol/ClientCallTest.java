package io.midplane.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.protocol.northbound.v1.ListReply;
import io.midplane.protocol.northbound.v1.OperateReply;
import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.Request;
import io.midplane.protocol.northbound.v1.SaveReply;
import io.midplane.protocol.northbound.v1.SetReply;
import io.midplane.protocol.northbound.v1.StatusReply;
import io.midplane.protocol.northbound.v1.StopReply;
import io.midplane.protocol.northbound.v1.TablesReply;
import io.midplane.protocol.northbound.v1.UseReply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each call: what is sent, and what the user gets of the answer. */
@Timeout(60)
class ClientCallTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678901Z");
  private static final SavedConfiguration LAB = new SavedConfiguration("lab", true, TIME, 12_345);

  @TempDir Path folder;

  /**
   * Makes a call both ways against a node that answers; returns the request that it got, and checks
   * the results.
   */
  private <T> Request both(
      Reply reply,
      Function<RemoteConfiguration, T> plain,
      Function<RemoteConfiguration, CompletionStage<T>> async,
      Consumer<T> check)
      throws Exception {
    return both(
        reply,
        client -> plain.apply(client.configuration()),
        client -> async.apply(client.configuration()),
        check,
        Duration.ofSeconds(30));
  }

  private <T> Request both(
      Reply reply,
      Function<MidplaneClient, T> plain,
      Function<MidplaneClient, CompletionStage<T>> async,
      Consumer<T> check,
      Duration timeout)
      throws Exception {
    var requests = new ArrayList<Request>();
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  for (int i = 0; i < 2; i++) {
                    var received = peer.expect(FakeNode.REQUEST);
                    requests.add(received.request());
                    peer.reply(received.id(), reply);
                  }
                  peer.expectEnd();
                });
        var client = node.connect()) {
      check.accept(plain.apply(client));
      check.accept(async.apply(client).toCompletableFuture().get(20, TimeUnit.SECONDS));
      client.close();
      node.awaitPlayed();
    }
    Request request = requests.getFirst();
    assertThat(requests.getLast()).isEqualTo(request);
    assertThat(request.getTimeoutMillis()).isEqualTo((int) timeout.toMillis());
    assertThat(request.getCredits()).isZero();
    assertThat(request.getNotices()).isFalse();
    return request;
  }

  private static Reply reply(Consumer<Reply.Builder> fill) {
    var reply = Reply.newBuilder();
    fill.accept(reply);
    return reply.build();
  }

  @Test
  void shouldGetByPosition() throws Exception {
    Request request =
        both(
            reply(r -> r.getGetBuilder().setRow(Samples.row())),
            configuration -> configuration.get("vlan", "blue", 7),
            configuration -> configuration.getAsync("vlan", "blue", 7),
            row -> assertThat(row).isEqualTo(ValueCodec.fromProto(Samples.row())));

    assertThat(request.getGet().getTable()).isEqualTo("vlan");
    assertThat(request.getGet().hasVr()).isFalse();
    assertThat(ValueCodec.valuesFromProto(request.getGet().getKey().getValues()))
        .containsExactly("blue", 7L);
  }

  @Test
  @DisplayName("B16: the virtual router goes with the request")
  void shouldGetByColumnInAVirtualRouter() throws Exception {
    Request request =
        both(
            reply(r -> r.getGetBuilder().setRow(Samples.row())),
            configuration -> configuration.inVr("VR-Mgmt").get("vlan", Row.of("name", "blue")),
            configuration -> configuration.inVr("VR-Mgmt").getAsync("vlan", Row.of("name", "blue")),
            row -> assertThat(row.text("name")).isEqualTo("blue €"));

    assertThat(request.getGet().getVr()).isEqualTo("VR-Mgmt");
    assertThat(ValueCodec.fromProto(request.getGet().getKey().getColumns()))
        .isEqualTo(Row.of("name", "blue"));
  }

  @Test
  @DisplayName("F6: a set of several columns is one request")
  void shouldSet() throws Exception {
    Row row = Row.of("name", "blue", "id", "7");
    Request request =
        both(
            reply(r -> r.getSetBuilder().setRow(Samples.row())),
            configuration -> configuration.inVr("VR-Mgmt").set("vlan", row),
            configuration -> configuration.inVr("VR-Mgmt").setAsync("vlan", row),
            result -> assertThat(result.text("name")).isEqualTo("blue €"));

    assertThat(request.getSet().getTable()).isEqualTo("vlan");
    assertThat(request.getSet().getVr()).isEqualTo("VR-Mgmt");
    assertThat(ValueCodec.fromProto(request.getSet().getRow())).isEqualTo(row);
  }

  @Test
  void shouldOperate() throws Exception {
    Row key = Row.of("name", "blue");
    Request request =
        this.<Object>both(
            reply(r -> r.setOperate(OperateReply.getDefaultInstance())),
            configuration -> {
              configuration.inVr("VR-Mgmt").op("vlan", "delete", key);
              return "done";
            },
            configuration ->
                configuration
                    .inVr("VR-Mgmt")
                    .opAsync("vlan", "delete", key)
                    .thenApply(nothing -> "done"),
            result -> assertThat(result).isEqualTo("done"));

    assertThat(request.getOperate().getTable()).isEqualTo("vlan");
    assertThat(request.getOperate().getOperation()).isEqualTo("delete");
    assertThat(request.getOperate().getVr()).isEqualTo("VR-Mgmt");
    assertThat(ValueCodec.fromProto(request.getOperate().getParameters())).isEqualTo(key);
  }

  @Test
  void shouldListTables() throws Exception {
    Request request =
        both(
            reply(r -> r.setTables((TablesReply) Samples.tables())),
            RemoteConfiguration::tables,
            RemoteConfiguration::tablesAsync,
            tables -> {
              var id = new ColumnInfo("id", ColumnType.INTEGER, true, true, 1L, "1 to 4094");
              assertThat(tables)
                  .containsExactly(
                      new TableInfo("vlan", "vlan", true, List.of(id), List.of("delete")));
              assertThat(tables.getFirst().key()).containsExactly(id);
            });

    assertThat(request.hasTables()).isTrue();
  }

  @Test
  void shouldSaveListAndUse() throws Exception {
    Reply saved = reply(r -> r.setSave((SaveReply) Samples.save()));
    Request save =
        both(
            saved,
            configuration -> configuration.save("lab"),
            configuration -> configuration.saveAsync("lab"),
            result -> assertThat(result).isEqualTo(LAB));
    assertThat(save.getSave().getName()).isEqualTo("lab");

    Request saveSelected =
        both(
            saved,
            RemoteConfiguration::save,
            RemoteConfiguration::saveAsync,
            result -> assertThat(result).isEqualTo(LAB));
    assertThat(saveSelected.getSave().getName()).isEmpty();

    Request list =
        both(
            reply(r -> r.setList((ListReply) Samples.listed())),
            RemoteConfiguration::list,
            RemoteConfiguration::listAsync,
            result -> assertThat(result).containsExactly(LAB));
    assertThat(list.hasList()).isTrue();

    Request use =
        this.<Object>both(
            reply(r -> r.setUse(UseReply.getDefaultInstance())),
            configuration -> {
              configuration.use("lab");
              return "done";
            },
            configuration -> configuration.useAsync("lab").thenApply(nothing -> "done"),
            result -> assertThat(result).isEqualTo("done"));
    assertThat(use.getUse().getName()).isEqualTo("lab");
  }

  @Test
  void shouldTellTheStatusAndStop() throws Exception {
    Duration timeout = Duration.ofSeconds(30);
    Request status =
        both(
            reply(r -> r.setStatus((StatusReply) Samples.status())),
            MidplaneClient::status,
            MidplaneClient::statusAsync,
            node ->
                assertThat(node)
                    .isEqualTo(
                        new NodeInfo(
                            "node",
                            "0.1.0",
                            4711,
                            Path.of("/var/lib/midplane"),
                            "READY",
                            TIME,
                            List.of(
                                new AgentInfo(
                                    "vlan",
                                    "FAIL",
                                    3,
                                    Optional.of(TIME),
                                    Optional.of("out of ids"),
                                    Optional.of("agent fdb"))),
                            true,
                            Optional.of("lab"))),
            timeout);
    assertThat(status.hasStatus()).isTrue();

    Request stop =
        this.<Object>both(
            reply(r -> r.setStop(StopReply.getDefaultInstance())),
            client -> {
              client.stop();
              return "done";
            },
            client -> client.stopAsync().thenApply(nothing -> "done"),
            result -> assertThat(result).isEqualTo("done"),
            timeout);
    assertThat(stop.hasStop()).isTrue();
  }

  @Test
  @DisplayName("R1: a bad name of a configuration is refused before anything is sent")
  void shouldRefuseABadName() throws Exception {
    try (var node = FakeNode.greeting(folder, FakeNode.Peer::expectEnd);
        var client = node.connect()) {
      var configuration = client.configuration();

      assertThatThrownBy(() -> configuration.save("a/b"))
          .hasMessageStartingWith("configuration: 'a/b'");
      assertThatThrownBy(() -> configuration.use("")).isInstanceOf(MidplaneException.class);
      assertThatThrownBy(() -> configuration.show("1")).isInstanceOf(MidplaneException.class);
      assertThatThrownBy(() -> configuration.diff("a", "..")).isInstanceOf(MidplaneException.class);
      assertThatThrownBy(() -> configuration.withTimeout(Duration.ZERO))
          .hasMessage("timeout: PT0S (expected: 1 ms to 24 days)");
      client.close();
      node.awaitPlayed();
    }
  }

  @Test
  @DisplayName("B12: the agent's words reach the caller unchanged")
  void shouldThrowTheNodesErrors() throws Exception {
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  peer.error(peer.expect(FakeNode.REQUEST).id(), "AGENT_REFUSED", "id 7 is taken");
                  peer.error(peer.expect(FakeNode.REQUEST).id(), "FROM_THE_FUTURE", "what?");
                });
        var client = node.connect()) {
      assertThatThrownBy(() -> client.configuration().set("vlan", Row.of("id", 7)))
          .isInstanceOf(MidplaneException.class)
          .hasMessage("id 7 is taken")
          .extracting(e -> ((MidplaneException) e).code())
          .isEqualTo(ErrorCode.AGENT_REFUSED);
      assertThatThrownBy(() -> client.statusAsync().toCompletableFuture().get())
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("what?");
      node.awaitPlayed();
    }
  }

  @Test
  @DisplayName("B17: lines of progress come in order, during the call, on the caller's thread")
  void shouldPrintProgress() throws Exception {
    var lines = new ArrayList<String>();
    var threads = new ArrayList<Thread>();
    try (var node =
            FakeNode.greeting(
                folder,
                peer -> {
                  for (int i = 0; i < 2; i++) {
                    var received = peer.expect(FakeNode.REQUEST);
                    assertThat(received.request().getNotices()).isTrue();
                    peer.notice(received.id(), "1 of 3", "2 of 3");
                    peer.notice(received.id(), "3 of 3");
                    peer.reply(received.id(), reply(r -> r.setSet(SetReply.getDefaultInstance())));
                  }
                });
        var client = node.connect()) {
      var printing =
          client
              .configuration()
              .onNotice(line -> {
                lines.add(line);
                threads.add(Thread.currentThread());
              });
      printing.set("vlan", Row.of("id", 1));

      assertThat(lines).containsExactly("1 of 3", "2 of 3", "3 of 3");
      assertThat(threads).containsOnly(Thread.currentThread());

      printing.setAsync("vlan", Row.of("id", 1)).toCompletableFuture().get(20, TimeUnit.SECONDS);
      assertThat(lines).hasSize(6).endsWith("1 of 3", "2 of 3", "3 of 3");
      assertThat(threads.getLast().isVirtual()).isTrue();
      node.awaitPlayed();
    }
  }

  @Test
  void shouldEndTheCallWhenTheConsumerOfProgressThrows() throws Exception {
    FakeNode.Script script =
        peer -> {
          for (int i = 0; i < 2; i++) {
            peer.notice(peer.expect(FakeNode.REQUEST).id(), "a line");
            peer.expect(FakeNode.CANCEL);
          }
        };
    try (var node = FakeNode.greeting(folder, script);
        var client = node.connect()) {
      var printing =
          client
              .configuration()
              .onNotice(line -> {
                throw new IllegalStateException("no paper");
              });

      assertThatThrownBy(() -> printing.save()).hasMessage("no paper");
      assertThatThrownBy(() -> printing.saveAsync().toCompletableFuture().get())
          .hasRootCauseMessage("no paper");
      node.awaitPlayed();
    }
  }

  @Test
  void shouldGreetWithTheNamesOfTheSettings() throws Exception {
    try (var node =
        FakeNode.bare(
            folder,
            peer -> {
              var hello =
                  io.midplane.protocol.northbound.v1.Hello.parseFrom(
                      peer.expect(FakeNode.HELLO).payload());
              assertThat(hello.getProtocol()).isEqualTo(1);
              assertThat(hello.getClient()).isEqualTo("cli/1");
              assertThat(hello.getUser()).isEqualTo("admin");
              peer.welcome();
              peer.expectEnd();
            })) {
      connectAndClose(
          ClientSettings.defaults().socket(node.socket()).program("cli/1").user("admin"));
      node.awaitPlayed();
    }
  }

  private static void connectAndClose(ClientSettings settings)
      throws IOException, ExecutionException, InterruptedException {
    MidplaneClient.connectAsync(settings).toCompletableFuture().get().close();
  }
}
