package io.midplane.gateways.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.midplane.calls.MidplaneException;
import io.midplane.gateways.wire.Dict;
import io.midplane.gateways.wire.Tuple;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a worker does with what it is told, in one JVM. */
@Timeout(120)
class WorkerTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Greeting GREETING = new Greeting("gw0-worker", ExecutionModel.THREAD, true);
  private static final WorkerSettings HURRY =
      WorkerSettings.defaults().withGrace(Duration.ofMillis(50), Duration.ofSeconds(30));

  private static final WorkerSettings NO_PATIENCE =
      WorkerSettings.defaults().withGrace(Duration.ofMillis(20), Duration.ofMillis(20));
  private static final String DEAF =
      """
      channel.send(1);
      var never = new java.util.concurrent.Semaphore(0);
      never.acquireUninterruptibly();
      """;

  private static ServedWorker serve() throws IOException {
    return new ServedWorker(HURRY, GREETING);
  }

  @Test
  @DisplayName("G35: statements run with the channel in scope, imports first")
  void shouldRunStatements() throws IOException {
    try (ServedWorker worker = serve()) {
      Channel channel =
          worker.run(
              """
              // doubles
              import java.util.ArrayList;
              import java.util.List;

              List<Object> all = new ArrayList<>();
              for (Object item : channel) {
                all.add((Integer) item * 2);
              }
              channel.send(all);
              """);

      channel.send(1);
      channel.send(21);
      channel.closeOutput();

      assertThat(channel.receive(SOON)).isEqualTo(List.of(2, 42));
      channel.waitClose(SOON);
      assertThat(channel.isClosed()).as("between two ends of Midplane the end is told").isTrue();
    }
  }

  @Test
  @DisplayName("G35: a compilation unit runs by its main method, in a package or not")
  void shouldRunACompilationUnit() throws IOException {
    String unit =
        """
        import io.midplane.gateways.worker.Channel;

        /* not a public class Decoy { */
        record Pair(int a, int b) {}

        public final class Sum {
          static void main(Channel channel) {
            Pair pair = new Pair((Integer) channel.receive(), (Integer) channel.receive());
            channel.send(pair.a() + pair.b());
          }
        }
        """;
    try (ServedWorker worker = serve()) {
      for (String source : List.of(unit, "package some.where;\n" + unit)) {
        Channel channel = worker.run(source);
        channel.send(40);
        channel.send(2);

        assertThat(channel.receive(SOON)).isEqualTo(42);
      }
    }
  }

  @Test
  @DisplayName("G35: an error at run time arrives with file and line, and its causes")
  void shouldTellWhereATaskFailed() throws IOException {
    try (ServedWorker worker = serve()) {
      Channel channel =
          worker.run(
              """
              import java.io.IOException;
              try {
                throw new IOException("inner");
              } catch (IOException e) {
                throw new IllegalStateException("outer", e);
              }
              """,
              "jobs/Fails.java",
              null);

      assertThatExceptionOfType(RemoteException.class)
          .isThrownBy(() -> channel.receive(SOON))
          .withMessage(
              """
              Traceback (most recent call last):
                File "jobs/Fails.java", line 3, in Task.main
              java.io.IOException: inner

              The above exception was the direct cause of the following exception:

              Traceback (most recent call last):
                File "jobs/Fails.java", line 5, in Task.main
              java.lang.IllegalStateException: outer
              """);
    }
  }

  @Test
  @DisplayName("G35: an error of the compiler arrives with file, line and text")
  void shouldTellWhatDoesNotCompile() throws IOException {
    try (ServedWorker worker = serve()) {
      assertFails(
          worker.run("int a = 1;\nint b = missing;\n"),
          """
          Traceback (most recent call last):
            File "<remote exec>", line 2: cannot find symbol
            symbol:   variable missing
            location: class Task
              int b = missing;
          CompileError: <remote exec>:2: cannot find symbol
          """);
      assertFails(
          worker.run("channel.send(1)", "task.py", null),
          "; this worker runs Java source (for Python, start a Python worker)");
      assertFails(
          worker.run("public class Odd {}"),
          "<remote exec>: Odd has no static void main(Channel channel)");
      assertFails(worker.run("def f(channel): pass", "x.py", "f"), "a Python function cannot run");
    }
  }

  private static void assertFails(Channel channel, String message) {
    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(() -> channel.receive(SOON))
        .withMessageContaining(message);
  }

  @Test
  @DisplayName("G37: the task's own channel cannot be closed in the task")
  void shouldRefuseToCloseTheTasksChannel() throws IOException {
    try (ServedWorker worker = serve()) {
      assertFails(
          worker.run("channel.close();"), "cannot explicitly close channel within remote_exec");
      assertFails(
          worker.run("channel.close(\"x\");"),
          "cannot explicitly close channel within remote_exec");
    }
  }

  @Test
  @DisplayName("G38: 500 tasks at once, each on its channel")
  void shouldRunManyTasksAtOnce() throws IOException {
    try (ServedWorker worker = serve()) {
      List<Channel> channels = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        channels.add(worker.run("channel.send(channel.receive()); channel.receive();"));
      }
      for (int i = 0; i < 500; i++) {
        channels.get(i).send(i);
      }
      for (int i = 0; i < 500; i++) {
        assertThat(channels.get(i).receive(SOON)).isEqualTo(i);
      }
      assertThat(status(worker)).containsEntry("numexecuting", 500);
    }
  }

  @Test
  @DisplayName("G38: main_thread_only runs one at a time on one thread, and refuses another")
  void shouldRefuseASecondTaskOfTheMainThread() throws IOException {
    Greeting greeting = new Greeting("gw0-worker", ExecutionModel.MAIN_THREAD_ONLY, false);
    String name = "channel.send(Thread.currentThread().getName()); channel.receive();";
    try (ServedWorker worker = new ServedWorker(HURRY, greeting)) {
      Channel first = worker.run(name);
      Object thread = first.receive(SOON);
      Channel second = worker.run(name);

      assertThatExceptionOfType(RemoteException.class)
          .isThrownBy(() -> second.receive(SOON))
          .withMessage(
              "concurrent remote_exec would cause deadlock for main_thread_only execmodel");
      first.send(null);
      first.waitClose(SOON);
      Channel third = worker.run(name);
      assertThat(third.receive(SOON)).isEqualTo(thread);
      assertThat(status(worker)).isEqualTo(status(1, 1, "main_thread_only"));
    }
  }

  @Test
  @DisplayName("G38: the first task of a process has its main thread, those beside it virtual ones")
  void shouldRunTheFirstTaskOnTheMainThread() throws IOException {
    String thread = "channel.send(Thread.currentThread().isVirtual()); channel.receive();";
    try (ServedWorker worker = new ServedWorker(HURRY.withMainThread(true), GREETING)) {
      Channel first = worker.run(thread);
      assertThat(first.receive(SOON)).isEqualTo(false);

      Channel second = worker.run(thread);

      assertThat(second.receive(SOON)).isEqualTo(true);
      assertThat(status(worker)).isEqualTo(status(2, 2, "thread"));
    }
  }

  @Test
  @DisplayName("G39: the state has the three keys, and no task is left when all ended")
  void shouldTellItsState() throws IOException {
    try (ServedWorker worker = serve()) {
      assertThat(status(worker)).isEqualTo(status(0, 0, "thread"));
      Channel channel = worker.run("channel.receive();");
      await().atMost(SOON).until(() -> status(worker).equals(status(1, 1, "thread")));

      channel.send(1);

      await().atMost(SOON).until(() -> status(worker).equals(status(0, 0, "thread")));
    }
  }

  private static Dict status(ServedWorker worker) {
    return (Dict) worker.link.requestStatus().receive(SOON);
  }

  private static Dict status(int channels, int executing, String model) {
    Dict status = new Dict();
    status.put("numchannels", channels);
    status.put("numexecuting", executing);
    status.put("execmodel", model);
    return status;
  }

  @Test
  @DisplayName(
      "G40: an interrupt ends the task with the word that execnet has, and the worker lives on")
  void shouldInterruptTasks() throws IOException {
    try (ServedWorker worker = serve()) {
      Channel receiving = worker.run("channel.send(1); channel.receive();");
      Channel waiting =
          worker.run("channel.send(1); new java.util.concurrent.CountDownLatch(1).await();");
      receiving.receive(SOON);
      waiting.receive(SOON);

      worker.worker.interruptTasks();

      for (Channel channel : List.of(receiving, waiting)) {
        assertThatExceptionOfType(RemoteException.class)
            .isThrownBy(() -> channel.receive(SOON))
            .withMessage("keyboard-interrupted");
      }
      assertThat(worker.run("channel.send(2);").receive(SOON)).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("G41: what Python clients ask by themselves is answered")
  void shouldAnswerForItsInformation() throws IOException {
    try (ServedWorker worker = serve()) {
      Channel channel = worker.run("def rinfo_source(channel): ...", "gateway.py", "rinfo_source");

      Dict information = (Dict) channel.receive(SOON);

      assertThat(information.keySet())
          .containsExactlyInAnyOrder("executable", "version_info", "platform", "cwd", "pid");
      assertThat(((Tuple) information.get("version_info")).size()).isEqualTo(5);
      assertThat(information.get("pid")).isEqualTo((int) ProcessHandle.current().pid());
    }
  }

  @Test
  @DisplayName("G44: asked to end, an idle worker does; tasks that wait for items end with it")
  void shouldEndWhenAskedTo() throws Exception {
    try (ServedWorker worker = serve()) {
      Channel waiting = worker.run("channel.send(1); channel.receive();");
      waiting.receive(SOON);

      worker.link.terminate();

      assertThat(worker.served().get(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"THREAD, false", "THREAD, true", "MAIN_THREAD_ONLY, false"})
  @DisplayName("G44: tasks that go on are interrupted when the coordinator is gone")
  void shouldInterruptWhatGoesOn(ExecutionModel model, boolean mainThread) throws Exception {
    Greeting greeting = new Greeting("gw0-worker", model, true);
    try (ServedWorker worker = new ServedWorker(HURRY.withMainThread(mainThread), greeting)) {
      Channel busy =
          worker.run("channel.send(1); new java.util.concurrent.CountDownLatch(1).await();");
      busy.receive(SOON);

      worker.close();

      assertThat(worker.served().get(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  @DisplayName("G44: a task that ignores interrupts is given up, and said so")
  void shouldGiveUpWhatIgnoresInterrupts() throws Exception {
    try (ServedWorker worker = new ServedWorker(NO_PATIENCE, GREETING)) {
      worker.run(DEAF).receive(SOON);

      worker.close();

      assertThat(worker.served().get(60, TimeUnit.SECONDS)).isFalse();
    }
  }

  @Test
  @DisplayName("G44: one that holds the main thread ends the process")
  void shouldGiveUpWhatHoldsTheMainThread() throws Exception {
    try (ServedWorker worker = new ServedWorker(NO_PATIENCE.withMainThread(true), GREETING)) {
      worker.run(DEAF).receive(SOON);

      worker.close();

      worker.held().get(60, TimeUnit.SECONDS);
      assertThat(worker.served()).isNotDone();
    }
  }

  @Test
  void shouldGiveEachTaskClassesOfItsOwn() throws IOException {
    String counter =
        """
        public class Counter {
          static int count;
          static void main(io.midplane.gateways.worker.Channel channel) { channel.send(++count); }
        }
        """;
    try (ServedWorker worker = serve()) {
      assertThat(worker.run(counter).receive(SOON)).isEqualTo(1);
      assertThat(worker.run(counter).receive(SOON)).isEqualTo(1);
    }
  }

  @Test
  void shouldReadTheGreetingsOfExecnetAndItsOwn() {
    String execnet =
        "'def get_execmodel(backend):\\n"
            + "    if backend == \"thread\"\\n\\nexecmodel = get_execmodel(\\'%s\\')\\nio ="
            + " init_popen_io(execmodel)\\nserve(io, id=\\'gw7-worker\\')'";

    assertThat(Greeting.of(execnet.formatted("thread")))
        .isEqualTo(new Greeting("gw7-worker", ExecutionModel.THREAD, false));
    assertThat(Greeting.of(execnet.formatted("main_thread_only")))
        .isEqualTo(new Greeting("gw7-worker", ExecutionModel.MAIN_THREAD_ONLY, false));
    assertThatExceptionOfType(MidplaneException.class)
        .isThrownBy(() -> Greeting.of(execnet.formatted("gevent")))
        .withMessageContaining("execmodel: gevent (expected: thread or main_thread_only");
    Greeting own = new Greeting("gw7", ExecutionModel.THREAD, true);
    assertThat(Greeting.of(new String(own.line()).strip())).isEqualTo(own);
    assertThat(Greeting.of("''")).isEqualTo(new Greeting("worker", ExecutionModel.THREAD, false));
  }
}
