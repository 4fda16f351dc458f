package io.midplane.testkit;

import io.midplane.actors.AgentStatus;
import io.midplane.actors.Event;
import io.midplane.actors.Midplane;
import io.midplane.calls.Wait;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The state of a runtime as text, for somebody who has to find out why a test failed. */
final class StateDump {

  private final Midplane midplane;
  private final Recorder recorder;
  private final List<String> log;
  private final List<LiveThread> threads;
  private final StringBuilder text = new StringBuilder();

  StateDump(Midplane midplane, Recorder recorder, List<String> log, List<LiveThread> threads) {
    this.midplane = midplane;
    this.recorder = recorder;
    this.log = log;
    this.threads = threads;
  }

  /** The dump under a title. */
  String text(String title) {
    OpenCalls calls = OpenCalls.of(midplane.graph());
    line("=== midplane: " + title);
    line("runtime " + midplane.name() + ": " + midplane.state());
    section("agents", midplane.agents(), StateDump::line);
    section("blocked calls", calls.blocked(), StateDump::line);
    section("open calls that nobody is blocked on", calls.others(), StateDump::line);
    section("lost messages", recorder.lost(), LostMessage::toString);
    threads();
    section("last events", recorder.events(), StateDump::line);
    section("last log lines", log, line -> line);
    line("actors:");
    line(tree());
    line("=== end");
    return text.toString();
  }

  /** Akka's tree without what is the same for every actor. */
  private String tree() {
    return midplane
        .system()
        .printTree()
        .replaceAll(" \\w*ActorRef class akka\\.actor\\.typed\\.\\S*ActorAdapter status=0 ", ", ")
        .strip()
        .indent(2)
        .stripTrailing();
  }

  private void threads() {
    List<LiveThread> busy = threads.stream().filter(thread -> !thread.isIdle()).toList();
    String idle =
        threads.stream()
            .filter(LiveThread::isIdle)
            .map(LiveThread::title)
            .collect(Collectors.joining(", "));
    section("threads", busy, thread -> thread.title() + lines(thread.stack()));
    if (!idle.isEmpty()) {
      line("idle threads: " + idle);
    }
  }

  private <T> void section(String name, List<T> items, Function<T, String> toLine) {
    if (items.isEmpty()) {
      line(name + ": none");
    } else {
      line(name + ":");
      items.forEach(item -> line("  " + toLine.apply(item)));
    }
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private static String line(AgentStatus agent) {
    Throwable failure = agent.failure();
    return "%s: %s, restarts %d, started %s ago%s%s"
        .formatted(
            agent.name(),
            agent.state(),
            agent.restarts(),
            since(agent.started()),
            agent.detail().isEmpty() ? "" : "; " + agent.detail(),
            failure == null ? "" : lines(stackOf(failure).lines().toList()));
  }

  /** Who waits for whom, for what, and for how long. */
  static String line(Wait wait) {
    return "%s waits for %s: %s, for %s"
        .formatted(wait.waiter(), wait.callee(), wait.operation(), since(wait.since()));
  }

  private static String line(Event event) {
    return "%s %s #%d %s %s"
        .formatted(event.time(), event.publisher(), event.sequence(), event.id(), event.data());
  }

  private static String since(Instant then) {
    return "%.3f s".formatted(Duration.between(then, Instant.now()).toMillis() / 1000.0);
  }

  private static String lines(List<String> lines) {
    return lines.stream().map(line -> "\n      " + line.strip()).collect(Collectors.joining());
  }

  private static String stackOf(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
