package io.midplane.testkit;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.javadsl.Adapter;
import io.midplane.actors.Midplane;
import io.midplane.calls.MidplaneException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * One test from the start of its runtime to the end of the threads that it started. Used by the
 * test's thread, and by a watcher that reports a timeout; blocks it.
 */
final class TestRun {

  private static final Duration POLL = Duration.ofMillis(5);

  private final TestRunSettings settings;
  private final ThreadWatch threads;
  private final LogTail log;
  private final Midplane midplane;
  private final ActorTestKit kit;
  private final Recorder recorder;
  private final Duration patience;
  private volatile boolean dumped;

  private TestRun(TestRunSettings settings, ThreadWatch threads, LogTail log, Midplane midplane) {
    this.settings = settings;
    this.threads = threads;
    this.log = log;
    this.midplane = midplane;
    this.kit = ActorTestKit.create(midplane.system());
    this.recorder = Recorder.start(midplane, kit);
    this.patience = midplane.config().getDuration("midplane.testkit.patience");
  }

  static TestRun start(TestRunSettings settings) {
    ThreadWatch threads = ThreadWatch.start(settings.alone());
    LogTail log = LogTail.start();
    try {
      return start(settings, threads, log);
    } catch (RuntimeException failure) {
      log.close();
      delete(settings.dataDirectory());
      throw failure;
    }
  }

  private static TestRun start(TestRunSettings settings, ThreadWatch threads, LogTail log) {
    Midplane midplane = Midplane.start(settings.midplane());
    try {
      return new TestRun(settings, threads, log, midplane);
    } catch (RuntimeException failure) {
      midplane.close();
      throw failure;
    }
  }

  Midplane midplane() {
    return midplane;
  }

  ActorTestKit kit() {
    return kit;
  }

  /** Prints the state of the runtime, once. */
  void dump(String occasion) {
    if (!dumped) {
      dumped = true;
      recorder.catchUp(patience);
      print(occasion);
    }
  }

  private void print(String occasion) {
    var dump = new StateDump(midplane, recorder, log.lines(), threads.started());
    System.out.println(dump.text("%s %s".formatted(settings.test(), occasion)));
  }

  /**
   * Ends the run: checks what the test left, closes the runtime, looks for its threads. A test that
   * did not come to its end may leave calls and lost messages.
   *
   * @param thrown what the test ended with; null if it passed
   * @throws AssertionError naming all that was left
   */
  void end(@Nullable Throwable thrown) {
    boolean interrupted = Thread.interrupted();
    List<String> faults = new ArrayList<>();
    if (thrown == null) {
      faults.addAll(faultsAtTheEnd());
      if (!faults.isEmpty()) {
        dump("left something behind");
      }
    } else if (!(thrown instanceof TestAbortedException)) {
      dump("failed: " + thrown.toString().lines().findFirst().orElse(""));
    }
    faults.addAll(faultsOfClosing());
    log.close();
    faults.addAll(delete(settings.dataDirectory()));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!faults.isEmpty()) {
      throw new AssertionError(
          "%s left behind:\n  - %s".formatted(settings.test(), String.join("\n  - ", faults)));
    }
  }

  private List<String> faultsAtTheEnd() {
    Mailboxes.workOff(Adapter.toClassic(midplane.system()), patience);
    recorder.catchUp(patience);
    waitUntil(() -> midplane.graph().openCalls().isEmpty() && lossesHaveCome());
    recorder.catchUp(patience);
    List<String> faults = new ArrayList<>();
    OpenCalls calls = OpenCalls.of(midplane.graph());
    calls
        .blocked()
        .forEach(call ->
            faults.add(
                "blocked call: %s; answer it, or end it before the test ends"
                    .formatted(StateDump.line(call))));
    calls
        .others()
        .forEach(call ->
            faults.add(
                "open call: %s; wait for its answer, or cancel it"
                    .formatted(StateDump.line(call))));
    faults.addAll(faultsOfLosses());
    return faults;
  }

  private boolean lossesHaveCome() {
    return settings.expected().stream().allMatch(expected -> expected.hasCome(recorder.lost()));
  }

  private List<String> faultsOfLosses() {
    List<LostMessage> lost = recorder.lost();
    List<String> faults = new ArrayList<>();
    for (LostMessage message : lost) {
      if (settings.expected().stream().noneMatch(expected -> expected.matches(message))) {
        faults.add("%s; declare it with %s".formatted(message, message.kind().annotation()));
      }
    }
    for (ExpectedLoss expected : settings.expected()) {
      if (!expected.isMet(lost)) {
        faults.add("expected " + expected.fault(lost));
      }
    }
    lost.stream()
        .filter(message -> settings.expected().stream().anyMatch(it -> it.matches(message)))
        .map(LostMessage::declaration)
        .distinct()
        .forEach(System.out::println);
    return faults;
  }

  private List<String> faultsOfClosing() {
    try {
      midplane.close();
    } catch (MidplaneException failure) {
      print("did not stop: " + failure.getMessage());
      return List.of("runtime that does not stop: " + failure.getMessage());
    }
    List<String> allowed = midplane.config().getStringList("midplane.testkit.allowed-threads");
    waitUntil(() -> threads.left(midplane.name(), allowed).isEmpty());
    return threads.left(midplane.name(), allowed).stream().map(ThreadWatch::fault).toList();
  }

  private void waitUntil(BooleanSupplier condition) {
    try {
      Awaitility.with()
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(POLL)
          .await()
          .atMost(patience)
          .until(condition::getAsBoolean);
    } catch (ConditionTimeoutException late) {
      // What is still there is reported by whoever waited for it to go.
    }
  }

  /** Deletes a folder; the answer is what prevented it. */
  private static List<String> delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
      return List.of();
    } catch (IOException | UncheckedIOException failure) {
      return List.of("data directory %s, which cannot be deleted: %s".formatted(folder, failure));
    }
  }
}
