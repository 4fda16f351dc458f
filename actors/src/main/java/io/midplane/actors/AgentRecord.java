package io.midplane.actors;

import io.midplane.protocol.Row;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one agent: the status, the events that announce its changes, and futures that
 * complete after them. Written by the agent's actor alone and read by everyone.
 *
 * <p>The futures complete on the actor's thread: whoever hands them to users moves them to another.
 */
final class AgentRecord {

  private final EventBus.Publisher publisher;
  private final Consumer<AgentRecord> atStop;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private volatile CompletableFuture<Void> outcome = new CompletableFuture<>();
  private volatile CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile AgentStatus status;

  /**
   * A record of the agent that publishes under this name.
   *
   * @param atStop runs once the agent has stopped, before anybody who waits for that goes on
   */
  AgentRecord(EventBus.Publisher publisher, Consumer<AgentRecord> atStop) {
    this.publisher = publisher;
    this.atStop = atStop;
    this.status = new AgentStatus(name(), ProcessState.STARTED, 0, Instant.now(), "", null);
  }

  String name() {
    return publisher.name();
  }

  /** Publishes in the agent's name. */
  EventBus.Publisher publisher() {
    return publisher;
  }

  AgentStatus status() {
    return status;
  }

  /** READY or FAIL of the latest start, whichever comes first. */
  CompletableFuture<Void> outcome() {
    return outcome;
  }

  /** READY of this start or of a later one; fails once no later one will come. */
  CompletableFuture<Void> whenReady() {
    return ready;
  }

  /** The agent is gone and its name is free. */
  CompletableFuture<Void> whenStopped() {
    return stopped;
  }

  void starting(int restarts) {
    if (outcome.isDone()) {
      outcome = new CompletableFuture<>();
    }
    waitForReady();
    enter(new AgentStatus(name(), ProcessState.BOOTING, restarts, Instant.now(), "", null));
  }

  void loading() {
    change(ProcessState.LOADCFG, status.detail(), null);
  }

  void waitingFor(String what) {
    AgentStatus now = status;
    status =
        new AgentStatus(name(), now.state(), now.restarts(), now.started(), what, now.failure());
  }

  void ready() {
    change(ProcessState.READY, "", null);
    ready.complete(null);
    outcome.complete(null);
  }

  void failed(Throwable cause, boolean forGood) {
    waitForReady();
    String message = cause.getMessage();
    change(ProcessState.FAIL, message == null ? cause.toString() : message, cause);
    outcome.completeExceptionally(cause);
    if (forGood) {
      ready.completeExceptionally(cause);
    }
  }

  void stopped(Throwable reason) {
    waitForReady();
    change(ProcessState.STOPPED, "", null);
    outcome.completeExceptionally(reason);
    ready.completeExceptionally(reason);
    atStop.accept(this);
    stopped.complete(null);
  }

  /** Who asks from now on means a READY to come. */
  private void waitForReady() {
    if (ready.isDone()) {
      ready = new CompletableFuture<>();
    }
  }

  private void change(ProcessState state, String detail, @Nullable Throwable failure) {
    AgentStatus now = status;
    enter(new AgentStatus(name(), state, now.restarts(), now.started(), detail, failure));
  }

  private void enter(AgentStatus next) {
    status = next;
    String state = next.state().name();
    publisher.publish(
        EventId.of("agent", name(), state.toLowerCase(Locale.ROOT)),
        Row.of("name", name(), "state", state, "restarts", next.restarts()));
  }
}
