package io.midplane.gateways.rsync;

import io.midplane.calls.BlockingGate;
import io.midplane.calls.CallGraph;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import io.midplane.gateways.Gateway;
import io.midplane.gateways.worker.Channel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sends a folder, or a file, to targets on workers: what they have already, by size and time of
 * change, is not sent, and where only the time differs a checksum decides. Modes, times and links
 * come along. Targets are served side by side; each file is read as often as it is sent.
 *
 * <pre>{@code
 * new Rsync(Path.of("project")).addTarget(gateway, "/srv/project", true).send();
 * }</pre>
 *
 * <p>Not thread-safe; sends once.
 */
public final class Rsync {
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private final Path source;
  private final List<Target> targets = new ArrayList<>();
  private BlockingGate gate = new BlockingGate(new CallGraph());
  private Duration timeout = TIMEOUT;
  private Predicate<Path> filter = path -> true;
  private Consumer<RsyncEvent> events = event -> {};
  private boolean begun;

  /** Of a folder, whose content goes into the targets, or of one file. */
  public Rsync(Path source) {
    this.source = source;
  }

  /** Leaves out what this refuses, with all that is in it; asked with whole paths. */
  public Rsync withFilter(Predicate<Path> wanted) {
    filter = wanted;
    return this;
  }

  /**
   * Tells what happens, on threads of the targets, those of one target one after the other but for
   * {@link RsyncEvent.Sent}, which has a thread of its own.
   */
  public Rsync withEvents(Consumer<RsyncEvent> listener) {
    events = listener;
    return this;
  }

  /** How long a target may say nothing; ten minutes unless told. */
  public Rsync withTimeout(Duration other) {
    timeout = other;
    return this;
  }

  /** Under another gate, a runtime's for example. */
  public Rsync withGate(BlockingGate other) {
    gate = other;
    return this;
  }

  /**
   * One more target; events and errors call it {@code gw0:/srv/project}.
   *
   * @param folder where to, there; made if it is missing
   * @param delete whether what is there and not in the source is removed
   */
  public Rsync addTarget(Gateway gateway, String folder, boolean delete) {
    return addTarget(gateway.id() + ":" + folder, gateway.receiveFiles(), folder, delete);
  }

  /**
   * The same with a name for events and errors.
   *
   * @param receiver as {@link Gateway#receiveFiles()} has it; it is used up
   */
  public Rsync addTarget(String name, Channel receiver, String folder, boolean delete) {
    targets.add(new Target(name, receiver, folder, delete));
    return this;
  }

  /**
   * Sends. Blocks: until every target has everything, or failed.
   *
   * @return one report a target, in order
   * @throws MidplaneException NOT_FOUND or UNSUPPORTED for the source, before anything is sent; the
   *     first target's error, once all ended, the others' as suppressed; CLOSED the second time
   */
  public List<RsyncReport> send() {
    gate.checkMayBlock(new Operation("send", "sendAsync()"));
    try {
      return sendAsync().toCompletableFuture().join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof MidplaneException known) {
        throw known;
      }
      throw failed;
    }
  }

  /** The twin of {@link #send()}. */
  public CompletionStage<List<RsyncReport>> sendAsync() {
    if (begun || targets.isEmpty()) {
      throw new MidplaneException(
          begun ? ErrorCode.CLOSED : ErrorCode.INVALID_ARGUMENT,
          "rsync: "
              + (begun ? "was sent already" : "no targets")
              + " (expected: addTarget, then"
              + " send once)");
    }
    begun = true;
    CompletableFuture<List<RsyncReport>> result = new CompletableFuture<>();
    Thread.ofVirtual().name("rsync-" + source.getFileName()).start(() -> sendInto(result));
    return result;
  }

  private void sendInto(CompletableFuture<List<RsyncReport>> result) {
    try {
      result.complete(sendAll(SourceTree.of(source, filter)));
    } catch (IOException unreadable) {
      result.completeExceptionally(
          new MidplaneException(ErrorCode.IO_FAILED, "source: " + unreadable, unreadable));
    } catch (RuntimeException failure) {
      result.completeExceptionally(failure);
    }
  }

  private List<RsyncReport> sendAll(SourceTree tree) {
    List<CompletableFuture<RsyncReport>> sending =
        targets.stream().map(target -> start(new Transfer(target, tree, timeout, events))).toList();
    List<RsyncReport> reports = new ArrayList<>();
    RuntimeException first = null;
    for (CompletableFuture<RsyncReport> each : sending) {
      try {
        reports.add(each.join());
      } catch (CompletionException failed) {
        first = withNext(first, failed);
      }
    }
    if (first != null) {
      throw first;
    }
    return List.copyOf(reports);
  }

  private static RuntimeException withNext(
      @Nullable RuntimeException first, CompletionException failed) {
    RuntimeException next = failed.getCause() instanceof RuntimeException cause ? cause : failed;
    if (first == null) {
      return next;
    }
    first.addSuppressed(next);
    return first;
  }

  private static CompletableFuture<RsyncReport> start(Transfer transfer) {
    CompletableFuture<RsyncReport> report = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("rsync-target")
        .start(() -> {
          try {
            report.complete(transfer.run());
          } catch (RuntimeException failure) {
            report.completeExceptionally(failure);
          }
        });
    return report;
  }
}
