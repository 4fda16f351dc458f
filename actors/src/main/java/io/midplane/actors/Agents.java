package io.midplane.actors;

import akka.actor.typed.ActorRef;
import io.midplane.actors.AgentActor.Policy;
import io.midplane.calls.Callee;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import io.midplane.protocol.ProcessName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agents of one runtime by name, in the order they were started. */
final class Agents {

  private static final Logger LOG = LoggerFactory.getLogger(Agents.class);

  /**
   * One agent.
   *
   * @param outcomes whom those call who wait for the agent's states, which its record always tells;
   *     not the agent's actor, whose end would be told first and says less
   */
  private record Entry(
      AgentHandle handle,
      AgentRecord record,
      ActorRef<AgentActor.Command> actor,
      Callee outcomes,
      boolean renewable) {

    String name() {
      return record.name();
    }
  }

  private final Midplane midplane;
  private final Engine engine;
  private final Options options;

  // Guarded by itself.
  private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();
  private boolean closed;

  Agents(Midplane midplane, Engine engine, Options options) {
    this.midplane = midplane;
    this.engine = engine;
    this.options = options;
  }

  AgentHandle spawn(Supplier<? extends Agent> factory, boolean renewable, String name) {
    engine.gate().checkMayBlock(spawning(name));
    Entry entry = add(factory, renewable, true, name);
    try {
      await(entry, entry.record().outcome(), spawning(name), options.readyTimeout());
      return entry.handle();
    } catch (MidplaneException failure) {
      stop(entry.record());
      throw failure;
    }
  }

  CompletionStage<AgentHandle> spawnAsync(Supplier<? extends Agent> factory, String name) {
    Entry entry = add(factory, true, true, name);
    var result = new CompletableFuture<AgentHandle>();
    var _ =
        startedAsync(entry, entry.record().outcome(), spawning(name))
            .whenComplete((ready, failure) -> {
              if (failure == null) {
                result.complete(entry.handle());
              } else {
                entry.actor().tell(new AgentActor.Stop());
                var _ =
                    entry
                        .record()
                        .whenStopped()
                        .thenRun(() -> result.completeExceptionally(failure));
              }
            });
    return engine.gate().outcome(spawning(name), result);
  }

  AgentHandle launch(Supplier<? extends Agent> factory, String name) {
    return add(factory, true, false, name).handle();
  }

  private Entry add(
      Supplier<? extends Agent> factory, boolean renewable, boolean stopsAtOnce, String name) {
    ProcessName.check(name, "agent name");
    synchronized (entries) {
      if (closed) {
        throw engine.closed();
      }
      Entry existing = entries.get(name);
      if (existing != null) {
        throw new MidplaneException(
            ErrorCode.ALREADY_EXISTS,
            "agent %s: there is one already (state %s); stop it first or choose another name"
                .formatted(name, existing.record().status().state()));
      }
      var record = new AgentRecord(midplane.events().publisher(name), this::forget);
      var policy =
          new Policy(
              renewable,
              stopsAtOnce,
              options.minBackoff(),
              options.maxBackoff(),
              options.stopTimeout());
      var actor =
          engine.spawnAgent(AgentActor.create(midplane, engine, record, factory, policy), name);
      var outcomes = engine.graph().callee(name);
      var entry = new Entry(new AgentHandle(this, record), record, actor, outcomes, renewable);
      entries.put(name, entry);
      return entry;
    }
  }

  List<AgentStatus> statuses() {
    synchronized (entries) {
      return entries.values().stream().map(entry -> entry.record().status()).toList();
    }
  }

  Optional<AgentHandle> find(String name) {
    synchronized (entries) {
      return Optional.ofNullable(entries.get(name)).map(Entry::handle);
    }
  }

  void awaitReady(AgentRecord record, Duration timeout) {
    Operation waiting = new Operation("await READY of " + record.name(), "whenReady()");
    await(require(record), record.whenReady(), waiting, timeout);
  }

  CompletionStage<AgentHandle> whenReady(AgentRecord record, AgentHandle handle) {
    var waiting = new Operation("await READY of " + record.name(), "thenAccept()");
    return engine.gate().outcome(waiting, record.whenReady().thenApply(ready -> handle));
  }

  void stop(AgentRecord record) {
    engine.gate().checkMayBlock(new Operation("stop " + record.name(), "stopAsync()"));
    tellStop(record);
    if (!stopped(record, options.stopTimeout())) {
      throw new MidplaneException(
          ErrorCode.TIMED_OUT,
          "agent %s: still stopping after %s; find who blocks in its actors or its stop()"
              .formatted(record.name(), options.stopTimeout()));
    }
  }

  CompletionStage<Void> stopAsync(AgentRecord record) {
    tellStop(record);
    var stopping = new Operation("stop " + record.name(), "thenRun()");
    return engine.gate().outcome(stopping, record.whenStopped());
  }

  void restart(AgentRecord record) {
    engine.gate().checkMayBlock(restarting(record));
    Entry entry = requireRenewable(record);
    await(entry, tellRestart(entry), restarting(record), options.readyTimeout());
  }

  CompletionStage<Void> restartAsync(AgentRecord record) {
    Entry entry = requireRenewable(record);
    return startedAsync(entry, tellRestart(entry), restarting(record));
  }

  /** Stops every agent, last started first, each before the one it was started after. */
  void stopAll(Duration timeout) {
    List<Entry> running;
    synchronized (entries) {
      closed = true;
      running = new ArrayList<>(entries.sequencedValues().reversed());
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    for (Entry entry : running) {
      entry.actor().tell(new AgentActor.Stop());
      if (!stopped(entry.record(), Duration.ofNanos(deadline - System.nanoTime()))) {
        LOG.warn("RT-0301 agent {} is still stopping; its actors block", entry.name());
      }
    }
  }

  private void await(
      Entry entry, CompletableFuture<Void> outcome, Operation operation, Duration timeout) {
    try {
      engine.gate().<Void>call(entry.outcomes(), operation, timeout, call -> outcome);
    } catch (MidplaneException failure) {
      throw explained(entry, failure, timeout);
    }
  }

  private CompletionStage<Void> startedAsync(
      Entry entry, CompletableFuture<Void> outcome, Operation operation) {
    Duration timeout = options.readyTimeout();
    return engine
        .gate()
        .<Void>callAsync(entry.outcomes(), operation, timeout, call -> outcome)
        .exceptionally(failure -> {
          Throwable cause =
              failure instanceof CompletionException && failure.getCause() != null
                  ? failure.getCause()
                  : failure;
          throw cause instanceof MidplaneException known
              ? explained(entry, known, timeout)
              : new CompletionException(cause);
        });
  }

  /** Says where the agent stands if that is why somebody waited in vain. */
  private static MidplaneException explained(
      Entry entry, MidplaneException failure, Duration waited) {
    if (failure.code() != ErrorCode.TIMED_OUT) {
      return failure;
    }
    AgentStatus status = entry.record().status();
    String detail = status.detail().isEmpty() ? "" : ": " + status.detail();
    return new MidplaneException(
        ErrorCode.TIMED_OUT,
        "agent %s: not READY after %s (state %s%s)"
            .formatted(entry.name(), waited, status.state(), detail),
        failure);
  }

  private static boolean stopped(AgentRecord record, Duration timeout) {
    try {
      record.whenStopped().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MidplaneException(
          ErrorCode.CANCELLED,
          "agent %s: the thread was interrupted while it waited for the agent to stop"
              .formatted(record.name()),
          interrupted);
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void tellStop(AgentRecord record) {
    entryOf(record).ifPresent(entry -> entry.actor().tell(new AgentActor.Stop()));
  }

  private static CompletableFuture<Void> tellRestart(Entry entry) {
    var done = new CompletableFuture<Void>();
    entry.actor().tell(new AgentActor.Restart(done));
    var _ =
        entry
            .record()
            .whenStopped()
            .thenRun(() -> done.completeExceptionally(gone(entry.record())));
    return done;
  }

  private Entry requireRenewable(AgentRecord record) {
    Entry entry = require(record);
    if (!entry.renewable()) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          "agent %s: it cannot be made anew; start it by a supplier to have it restarted"
              .formatted(record.name()));
    }
    return entry;
  }

  private Entry require(AgentRecord record) {
    return entryOf(record).orElseThrow(() -> gone(record));
  }

  private static MidplaneException gone(AgentRecord record) {
    return new MidplaneException(
        ErrorCode.CLOSED, "agent " + record.name() + ": it was stopped; start it again");
  }

  @SuppressWarnings("ReferenceEquality") // a later agent of the same name is another one
  private Optional<Entry> entryOf(AgentRecord record) {
    synchronized (entries) {
      return Optional.ofNullable(entries.get(record.name()))
          .filter(entry -> entry.record() == record);
    }
  }

  private void forget(AgentRecord record) {
    synchronized (entries) {
      entryOf(record).ifPresent(entry -> entries.remove(entry.name()));
    }
  }

  private static Operation spawning(String name) {
    return new Operation("spawn " + name, "spawnAsync()");
  }

  private static Operation restarting(AgentRecord record) {
    return new Operation("restart " + record.name(), "restartAsync()");
  }
}
