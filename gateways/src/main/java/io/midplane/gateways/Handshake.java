package io.midplane.gateways;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.worker.RemoteException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What is said before the first frame, and how it is answered, or not. */
final class Handshake {
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final int SSH_FAILED = 255;
  private static final int MOST_SHOWN = 200;

  private final String name;
  private final Launch launch;
  private final Endpoint endpoint;

  private Handshake(String name, Launch launch, Endpoint endpoint) {
    this.name = name;
    this.launch = launch;
    this.endpoint = endpoint;
  }

  /**
   * Makes a worker of what was started. Blocks: so long at most.
   *
   * @throws WorkerDiedException if it ended instead of answering
   * @throws MidplaneException TIMED_OUT if it did neither; it is killed then
   */
  static void make(String name, Launch launch, Endpoint endpoint, Duration timeout) {
    Handshake handshake = new Handshake(name, launch, endpoint);
    CompletableFuture<@Nullable Void> answered = new CompletableFuture<>();
    Thread talk =
        Thread.ofVirtual()
            .name(name + "-handshake")
            .start(() -> {
              try {
                handshake.talk();
                answered.complete(null);
              } catch (Throwable failure) {
                answered.completeExceptionally(failure);
              }
            });
    try {
      var unused = answered.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException silent) {
      throw handshake.abandoned(
          new MidplaneException(
              ErrorCode.TIMED_OUT,
              "gateway %s: no answer within %.1f s%s; it was ended"
                  .formatted(name, timeout.toNanos() / 1e9, endpoint.exit().tail())));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw handshake.abandoned(
          new MidplaneException(
              ErrorCode.CANCELLED, "gateway " + name + ": interrupted at its start", interrupted));
    } catch (ExecutionException failed) {
      throw handshake.abandoned(
          failed.getCause() instanceof MidplaneException ours
              ? ours
              : new MidplaneException(
                  ErrorCode.INTERNAL, "gateway " + name + ": " + failed, failed.getCause()));
    }
    talk.interrupt();
  }

  private MidplaneException abandoned(MidplaneException why) {
    endpoint.kill();
    try {
      var unused = endpoint.awaitExit(LAST_WORDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    endpoint.release();
    return why;
  }

  private void talk() throws InterruptedException {
    for (Launch.Step step : launch.steps()) {
      int answer;
      String why = "";
      try {
        endpoint.out().write(step.bytes());
        endpoint.out().flush();
        answer = endpoint.in().read();
      } catch (IOException | MidplaneException broken) {
        answer = -1;
        why = broken instanceof RemoteException told ? ": " + told.getMessage() : "";
      }
      if (answer < 0) {
        throw died(why);
      }
      if (answer != step.answer()) {
        throw strange(answer, step.answer());
      }
    }
  }

  private MidplaneException died(String why) throws InterruptedException {
    var unused = endpoint.awaitExit(LAST_WORDS);
    WorkerExit exit = endpoint.exit();
    Integer status = exit.status();
    if (launch.remote() && status != null && status == SSH_FAILED) {
      return new WorkerDiedException(
          ErrorCode.UNREACHABLE,
          "gateway %s: %s ended with 255: host not found, or it let nobody in%s"
              .formatted(name, launch.arguments().getFirst(), exit.tail()),
          exit);
    }
    return new WorkerDiedException(
        ErrorCode.CALLEE_DIED,
        "gateway %s: %s before its greeting%s%s; check the spec (program: %s)"
            .formatted(name, exit.describe(), exit.tail(), why.strip(), program()),
        exit);
  }

  private String program() {
    return launch.arguments().isEmpty() ? "none" : launch.arguments().getFirst();
  }

  /** Something else is there: what it says is shown. */
  private MidplaneException strange(int first, char expected) {
    StringBuilder text = new StringBuilder().append((char) first);
    try {
      byte[] more = new byte[Math.min(endpoint.in().available(), MOST_SHOWN)];
      int count = endpoint.in().read(more);
      for (int i = 0; i < count; i++) {
        text.append((char) (more[i] & 0xff));
      }
    } catch (IOException gone) {
      // What came is all there is to show.
    }
    return new MidplaneException(
        ErrorCode.PROTOCOL_VIOLATION,
        "gateway %s: \"%s\" (expected: the byte %c); something writes to standard output there%s"
            .formatted(name, text.toString().strip(), expected, endpoint.exit().tail()));
  }
}
