package io.midplane.gateways;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.worker.Link;
import io.midplane.gateways.worker.LinkEnd;
import io.midplane.gateways.worker.Tracing;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The far end of a gateway from the first frame to its last: a thread reads what it sends; when it
 * dies, whoever waits on it is told how; when it is to end, it is asked, waited for, and killed.
 */
final class FarEnd {
  private static final Duration LONGEST = Duration.ofDays(36_500);
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final String id;
  private final Endpoint endpoint;
  private final Link link;
  private final Tracing tracing;
  private final Thread reader;
  private final Thread farewell;
  private final AtomicBoolean ending = new AtomicBoolean();
  private final CompletableFuture<LinkEnd> ended = new CompletableFuture<>();
  private final Object finishing = new Object();
  private @Nullable MemberEnd finished;
  private volatile boolean wasGone;
  private volatile boolean silent;
  private volatile long begin;
  private volatile Runnable onClose = () -> {};

  FarEnd(String id, Endpoint endpoint, Link link, Tracing tracing) {
    this.id = id;
    this.endpoint = endpoint;
    this.link = link;
    this.tracing = tracing;
    this.farewell = Thread.ofVirtual().name(id + "-farewell").unstarted(this::sayFarewell);
    this.reader = Thread.ofPlatform().daemon().name(id + "-receiver").unstarted(this::read);
  }

  /** Begins to read. */
  void start(Runnable whenClosed) {
    onClose = whenClosed;
    reader.start();
  }

  /** Whether it is there, as far as this side knows. */
  boolean isThere() {
    return !ended.isDone();
  }

  /** Whether it is no process that this JVM has the standard error of, nor this JVM. */
  boolean isElsewhere() {
    return !(endpoint instanceof ProcessEndpoint || endpoint instanceof InProcessEndpoint);
  }

  /** The link that carries what it says and hears as items; null if nothing does. */
  @Nullable Link carrier() {
    return endpoint instanceof ForwardedEndpoint forwarded ? forwarded.carrier() : null;
  }

  /** It says nothing any more: whoever waits is told, and it is killed. */
  void silent(String how) {
    WorkerExit exit = endpoint.exit();
    silent = !ending.get();
    MidplaneException dead =
        new WorkerDiedException(
            ErrorCode.CALLEE_DIED,
            "gateway "
                + id
                + ": "
                + how
                + "; the worker is stopped, or the connection is cut, and it is ended. If it may be"
                + " silent for longer, say so with LinkSettings.withHeartbeat"
                + exit.tail(),
            exit);
    ended.complete(link.end(new LinkEnd(false, dead)));
    endpoint.kill();
  }

  /** Its process if this JVM started it. */
  Optional<ProcessHandle> process() {
    return endpoint instanceof ProcessEndpoint process
        ? Optional.of(process.handle())
        : Optional.empty();
  }

  /** Asks it to end, waits so long, kills it. Blocks: yes. */
  MemberEnd end(Duration timeout) {
    beginEnd();
    return finishEnd(timeout);
  }

  /** Tells the far end; elsewhere, since a worker that is stopped takes nothing. */
  void beginEnd() {
    if (ending.compareAndSet(false, true)) {
      wasGone = ended.isDone() || awaitExit(Duration.ZERO);
      begin = System.nanoTime();
      farewell.start();
    }
  }

  MemberEnd finishEnd(Duration timeout) {
    boolean gone = awaitExit(timeout);
    boolean killed = !gone || silent;
    if (!gone) {
      endpoint.kill();
      gone = awaitExit(LAST_WORDS);
    }
    synchronized (finishing) {
      if (finished == null) {
        finished = release(gone, killed);
      }
      return finished;
    }
  }

  private MemberEnd release(boolean gone, boolean killed) {
    WorkerExit exit = endpoint.exit();
    endpoint.release();
    farewell.interrupt();
    awaitReader();
    // A stream that somebody else holds open does not end; those who wait must know all the same.
    ended.complete(link.end(new LinkEnd(true, null)));
    onClose.run();
    MemberEnd.Outcome outcome =
        !gone
            ? MemberEnd.Outcome.LEFT
            : killed
                ? MemberEnd.Outcome.KILLED
                : wasGone ? MemberEnd.Outcome.WAS_GONE : MemberEnd.Outcome.ENDED;
    return new MemberEnd(id, outcome, exit, Duration.ofNanos(System.nanoTime() - begin));
  }

  private void sayFarewell() {
    try {
      link.terminate();
      var unused = link.awaitWritten(LAST_WORDS);
      endpoint.closeOutput();
    } catch (MidplaneException | IOException gone) {
      tracing.line(id + " is gone before its farewell");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean awaitExit(Duration timeout) {
    try {
      return endpoint.awaitExit(timeout.compareTo(LONGEST) > 0 ? LONGEST : timeout);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void awaitReader() {
    if (reader.getState() == Thread.State.NEW) {
      return;
    }
    try {
      var unused = reader.join(LAST_WORDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    LinkEnd end;
    try {
      end = link.read(new EndpointInput(endpoint.in(), this::death));
    } catch (Throwable broken) {
      MidplaneException why =
          new MidplaneException(ErrorCode.INTERNAL, "gateway " + id + ": " + broken, broken);
      end = link.end(new LinkEnd(false, why));
    }
    ended.complete(end);
  }

  private @Nullable MidplaneException death() {
    if (ending.get()) {
      return null;
    }
    awaitExit(LAST_WORDS);
    WorkerExit exit = endpoint.exit();
    return new WorkerDiedException(
        ErrorCode.CALLEE_DIED, "gateway " + id + ": " + exit.describe() + exit.tail(), exit);
  }
}
