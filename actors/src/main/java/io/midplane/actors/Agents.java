package io.midplane.actors;

import akka.actor.typed.ActorRef;
import com.typesafe.config.Config;
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

  private record Entry(
      AgentHandle handle, AgentRecord record, ActorRef<AgentActor.Command> actor) {}

  private final Midplane midplane;
  private final Engine engine;
  private final Duration readyTimeout;
  private final Duration stopTimeout;
  private final Duration minBackoff;
  private final Duration maxBackoff;
  private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();

  Agents(Midplane midplane, Engine engine, Config config) {
    this.midplane = midplane;
    this.engine = engine;
    this.readyTimeout = config.getDuration("midplane.agents.ready-timeout");
    this.stopTimeout = config.getDuration("midplane.stop.timeout");
    this.minBackoff = config.getDuration("midplane.agents.restart-backoff.min");
    this.maxBackoff = config.getDuration("midplane.agents.restart-backoff.max");
  }

  AgentHandle spawn(Supplier<? extends Agent> factory, boolean renewable, String name) {
    engine.gate().checkMayBlock(spawning(name));
    Entry entry = add(factory, renewable, name);
    try {
      await(entry, entry.record().firstOutcome(), spawning(name), readyTimeout);
      return entry.handle();
    } catch (MidplaneException failure) {
      stop(entry.record());
      throw failure;
    }
  }

  CompletionStage<AgentHandle> spawnAsync(Supplier<? extends Agent> factory, String name) {
    Entry entry = add(factory, true, name);
    return engine
        .gate()
        .<AgentHandle>callAsync(
            calleeOf(entry),
            spawning(name),
            readyTimeout,
            call -> entry.record().firstOutcome().thenApply(ready -> entry.handle()))
        .whenComplete((ready, failure) -> {
          if (failure != null) {
            entry.actor().tell(new AgentActor.Stop());
          }
        });
  }

  AgentHandle launch(Supplier<? extends Agent> factory, String name) {
    return add(factory, true, name).handle();
  }

  private Entry add(Supplier<? extends Agent> factory, boolean renewable, String name) {
    ProcessName.check(name, "agent name");
    synchronized (entries) {
      Entry existing = entries.get(name);
      if (existing != null) {
        throw new MidplaneException(
            ErrorCode.ALREADY_EXISTS,
            "agent %s: there is one already (state %s); stop it first or choose another name"
                .formatted(name, existing.record().status().state()));
      }
      var record = new AgentRecord(name, engine.virtualThreads());
      var policy = new Policy(renewable, minBackoff, maxBackoff);
      var behavior = AgentActor.create(midplane, engine, record, factory, policy);
      var actor = engine.spawn(behavior, name, SpawnOptions.defaults());
      var entry = new Entry(new AgentHandle(this, record), record, actor);
      entries.put(name, entry);
      record.onStopped(() -> forget(entry));
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
    Entry entry = entryOf(record).orElseThrow(() -> gone(record));
    await(entry, record.whenReady(), waiting, timeout);
  }

  void stop(AgentRecord record) {
    engine.gate().checkMayBlock(new Operation("stop " + record.name(), "stopAsync()"));
    tell(record, new AgentActor.Stop());
    if (!stopped(record, stopTimeout)) {
      throw new MidplaneException(
          ErrorCode.TIMED_OUT,
          "agent %s: still stopping after %s; find who blocks in its stop()"
              .formatted(record.name(), stopTimeout));
    }
  }

  CompletionStage<Void> stopAsync(AgentRecord record) {
    tell(record, new AgentActor.Stop());
    return record.whenStopped().copy();
  }

  void restart(AgentRecord record) {
    tell(record, new AgentActor.Restart());
  }

  /** Stops every agent, last started first, each before the one it was started after. */
  void stopAll(Duration timeout) {
    List<Entry> running;
    synchronized (entries) {
      running = new ArrayList<>(entries.sequencedValues().reversed());
    }
    for (Entry entry : running) {
      entry.actor().tell(new AgentActor.Stop());
      if (!stopped(entry.record(), timeout)) {
        LOG.warn("RT-0301 agent {} is still stopping after {}", entry.record().name(), timeout);
      }
    }
  }

  private void await(
      Entry entry, CompletableFuture<Void> outcome, Operation operation, Duration timeout) {
    try {
      engine.gate().<Void>call(calleeOf(entry), operation, timeout, call -> outcome);
    } catch (MidplaneException failure) {
      throw failure.code() == ErrorCode.TIMED_OUT ? notReady(entry.record(), timeout) : failure;
    }
  }

  private static MidplaneException notReady(AgentRecord record, Duration waited) {
    AgentStatus status = record.status();
    String detail = status.detail().isEmpty() ? "" : ": " + status.detail();
    return new MidplaneException(
        ErrorCode.TIMED_OUT,
        "agent %s: not READY after %s (state %s%s)"
            .formatted(record.name(), waited, status.state(), detail));
  }

  private static MidplaneException gone(AgentRecord record) {
    return new MidplaneException(
        ErrorCode.CLOSED, "agent " + record.name() + ": it was stopped; start it again");
  }

  private static boolean stopped(AgentRecord record, Duration timeout) {
    try {
      record.whenStopped().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private Callee calleeOf(Entry entry) {
    return engine.callees().of(entry.actor()).callee();
  }

  private void tell(AgentRecord record, AgentActor.Command command) {
    entryOf(record).ifPresent(entry -> entry.actor().tell(command));
  }

  private Optional<Entry> entryOf(AgentRecord record) {
    synchronized (entries) {
      return Optional.ofNullable(entries.get(record.name()))
          .filter(entry -> entry.record() == record);
    }
  }

  private void forget(Entry entry) {
    synchronized (entries) {
      entries.remove(entry.record().name(), entry);
    }
  }

  private static Operation spawning(String name) {
    return new Operation("spawn " + name, "spawnAsync()");
  }
}
