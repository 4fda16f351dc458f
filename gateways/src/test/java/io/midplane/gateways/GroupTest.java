package io.midplane.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.MemberEnd.Outcome;
import io.midplane.gateways.wire.Tuple;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.RemoteException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("peer")
class GroupTest {
  private static final String PYTHON = "popen//python=python3";
  private static final Duration LONG = Duration.ofSeconds(20);
  private final Group group = Group.open(Groups.settings());

  @BeforeAll
  static void requirePython() {
    Groups.requirePython();
  }

  @AfterEach
  void close() {
    group.close();
  }

  @Test
  @DisplayName("G42 ids by themselves and given, order, lookup, a taken id before a start")
  void shouldKnowItsMembers() {
    Gateway first = group.makeGateway("inproc");
    Gateway named = group.makeGateway("inproc//id=gw1");
    Gateway third = group.makeGateway("inproc");

    assertThat(group).containsExactly(first, named, third);
    assertThat(group.gateways()).extracting(Gateway::id).containsExactly("gw0", "gw1", "gw2");
    assertThat(group.get("gw1")).hasValue(named);
    assertThat(group.get("other")).isEmpty();
    assertThat(group).hasToString("<Group ['gw0', 'gw1', 'gw2']>");
    assertThat(first)
        .hasToString("<Gateway id='gw0' receive-live, thread model, 0 active channels>");
    assertThatThrownBy(() -> group.makeGateway("popen//python=/no/such//id=gw1"))
        .isInstanceOfSatisfying(
            MidplaneException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
    third.close();
    assertThat(group).containsExactly(first, named);
    assertThat(third.isReceiving()).isFalse();
  }

  @Test
  @DisplayName("G42 a gateway without a spec is as the default says")
  void shouldMakeTheDefault() {
    try (Group own = Group.open(Groups.settings().withDefaultSpec("inproc"))) {
      assertThat(own.makeGateway().spec()).isEqualTo(XSpec.parse("inproc"));
    }
  }

  @Test
  @DisplayName("G61 the model of workers made later; not once there are gateways")
  void shouldChangeTheExecutionModel() {
    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> group.setExecmodel("threads"))
        .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    group.setExecmodel("main_thread_only");

    assertThat(group.makeGateway("inproc").remoteStatus().model()).isEqualTo("main_thread_only");
    assertThat(group.makeGateway("inproc//execmodel=thread").remoteStatus().model())
        .isEqualTo("thread");
    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> group.setExecmodel("thread"))
        .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NOT_ALLOWED));
  }

  @Test
  @DisplayName("G61 one group for the whole program")
  void shouldHaveADefaultGroup() {
    Gateways.setExecmodel("main_thread_only");
    try (Gateway gateway = Gateways.makeGateway("inproc")) {
      assertThat(gateway.remoteStatus().model()).isEqualTo("main_thread_only");
      assertThat(Gateways.defaultGroup()).contains(gateway);
    }
    assertThat(Gateways.defaultGroup()).isEmpty();
    Gateways.setExecmodel("thread");
  }

  @Test
  @DisplayName("G43 one that sleeps, one that is stopped, and idle ones: each with its end")
  void shouldReportHowEachMemberEnded() {
    group.makeGateway(PYTHON + "//id=idle");
    Gateway busy = group.makeGateway(PYTHON + "//id=busy");
    Gateway stopped = group.makeGateway(PYTHON + "//id=stopped");
    Channel started = busy.remoteExec("import time\nchannel.send(1)\ntime.sleep(600)");
    assertThat(started.receive(LONG)).isEqualTo(1);
    List<ProcessHandle> processes = group.gateways().stream().map(GroupTest::process).toList();
    signal("STOP", process(stopped));

    List<MemberEnd> ends = group.terminate(Duration.ofMillis(700));

    assertThat(ends).extracting(MemberEnd::id).containsExactly("idle", "busy", "stopped");
    assertThat(ends)
        .extracting(MemberEnd::outcome)
        .containsExactly(Outcome.ENDED, Outcome.KILLED, Outcome.KILLED);
    assertThat(ends.getLast().exit().signal()).isEqualTo("SIGKILL");
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
    assertThat(group.size()).isZero();
    assertThat(threadNames()).noneMatch(name -> name.contains("busy") || name.contains("idle"));
  }

  @Test
  @DisplayName("G43 fifty members end together, and leave nothing")
  void shouldEndManyMembersTogether() {
    for (int i = 0; i < 50; i++) {
      group.makeGateway(i % 10 == 0 ? PYTHON : "inproc");
    }
    List<ProcessHandle> processes =
        group.gateways().stream().flatMap(each -> each.process().stream()).toList();

    List<MemberEnd> ends = group.terminate(LONG);

    assertThat(ends).hasSize(50).extracting(MemberEnd::outcome).containsOnly(Outcome.ENDED);
    assertThat(processes).hasSize(5).noneMatch(ProcessHandle::isAlive);
    assertThat(threadNames()).noneMatch(name -> name.matches("gw\\d+-.*"));
  }

  @Test
  @DisplayName("G42 closing a gateway again does not touch the next one of its id")
  void shouldKeepTheNextGatewayOfAnId() {
    Gateway first = group.makeGateway("inproc//id=a");
    MemberEnd end = first.terminate(LONG);
    Gateway second = group.makeGateway("inproc//id=a");

    assertThat(first.terminate(LONG)).isEqualTo(end);

    assertThat(group.get("a")).hasValue(second);
    assertThat(second.isReceiving()).isTrue();
  }

  @Test
  @DisplayName("G46 the death of a gateway in between ends every wait behind it")
  void shouldEndWaitsBehindADeadMaster() {
    Gateway master = group.makeGateway(PYTHON + "//id=m");
    Gateway behind = group.makeGateway(PYTHON + "//via=m");
    Channel channel = behind.remoteExec("channel.receive()");
    var waiting = channel.receiveAsync();

    process(master).destroyForcibly();

    assertThatThrownBy(waiting::join).hasCauseInstanceOf(MidplaneException.class);
    assertThatThrownBy(
            () -> {
              while (true) {
                behind.remoteExec("pass");
              }
            })
        .isInstanceOf(MidplaneException.class);
    assertThat(group.terminate(LONG))
        .extracting(MemberEnd::outcome)
        .containsExactly(Outcome.WAS_GONE, Outcome.WAS_GONE);
  }

  @Test
  @DisplayName("G45 what a worker started is gone after its end, even behind a dead one")
  void shouldEndDescendants() {
    Gateway ended = group.makeGateway(PYTHON);
    Gateway killed = group.makeGateway(PYTHON);
    String source =
        "import subprocess\n"
            + "channel.send(subprocess.Popen(['sleep', '600'], stdout=subprocess.DEVNULL).pid)";
    List<ProcessHandle> children = new ArrayList<>();
    for (Gateway each : group) {
      Number pid = (Number) each.remoteExec(source).receive(LONG);
      children.add(ProcessHandle.of(pid.longValue()).orElseThrow());
    }
    process(killed).destroyForcibly();
    process(killed).onExit().orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join();

    assertThat(group.terminate(LONG))
        .extracting(MemberEnd::outcome)
        .containsExactly(Outcome.ENDED, Outcome.WAS_GONE);

    assertThat(ended.isReceiving()).isFalse();
    Awaitility.await().untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
  }

  @Test
  @DisplayName("G48 many channels as one: send, receive, queue, the first error")
  void shouldUseManyChannelsAsOne() {
    group.makeGateway(PYTHON);
    group.makeGateway(PYTHON);

    MultiChannel echo = group.remoteExec("for item in channel: channel.send((channel.id, item))");
    echo.sendEach("x");
    assertThat(echo.receiveEach()).hasSize(2);
    echo.sendEach("y");
    assertThat(echo.receiveEachWithChannel())
        .extracting(MultiChannel.Received::channel)
        .containsExactly(echo.get(0), echo.get(1));
    MultiChannel.ReceiveQueue queue = echo.makeReceiveQueue("end");
    echo.forEach(Channel::close);
    assertThat(List.of(queue.poll(LONG).item(), queue.poll(LONG).item()))
        .containsExactly("end", "end");
    assertThat(queue.poll(Duration.ZERO)).isNull();

    MultiChannel failing = group.remoteExec("raise ValueError(channel.gateway.id)");
    assertThatThrownBy(failing::waitClose)
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("ValueError: gw0-worker");
  }

  @Test
  void shouldSetFolderVariablesAndNiceness(@TempDir Path at) {
    Path folder = at.resolve("new");
    Gateway gateway =
        group.makeGateway(PYTHON + "//chdir=" + folder + "//env:MIDPLANE_TEST=a b//nice=3");

    Channel channel =
        gateway.remoteExec(
            "import os\nchannel.send((os.getcwd(), os.environ['MIDPLANE_TEST'], os.nice(0)))");

    Gateway plain = group.makeGateway(PYTHON);
    Object own = plain.remoteExec("import os\nchannel.send(os.nice(0))").receive(LONG);
    assertThat(channel.receive(LONG))
        .isEqualTo(Tuple.of(folder.toString(), "a b", (Integer) own + 3));
  }

  @Test
  void shouldLeaveNothingWhereTheSetupFails() {
    assertThatThrownBy(() -> group.makeGateway(PYTHON + "//chdir=/proc/no"))
        .isInstanceOf(RemoteException.class)
        .hasMessageContaining("/proc/no");
    assertThat(group.size()).isZero();
  }

  @Test
  @DisplayName("G9 a worker that never answers is ended in time")
  void shouldNotWaitForeverForAGreeting() {
    GroupSettings hasty =
        Groups.settings().withTimeouts(Duration.ofMillis(300), LONG, Duration.ofSeconds(1));
    try (Group own = Group.open(hasty)) {
      assertThatThrownBy(() -> own.makeGateway("popen//python=sleep 600 #"))
          .isInstanceOf(MidplaneException.class);
      assertThatThrownBy(() -> own.makeGateway("popen//python=sh -c 'exec sleep 600'"))
          .isInstanceOfSatisfying(
              MidplaneException.class,
              late -> assertThat(late.code()).isEqualTo(ErrorCode.TIMED_OUT));
      assertThat(own.size()).isZero();
    }
    assertThat(ProcessHandle.current().descendants().map(GroupTest::command))
        .noneMatch(command -> command.contains("sleep"));
  }

  private static String command(ProcessHandle process) {
    return process.info().commandLine().orElse("");
  }

  private static ProcessHandle process(Gateway gateway) {
    return gateway.process().orElseThrow();
  }

  private static void signal(String name, ProcessHandle process) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static Set<String> threadNames() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }
}
