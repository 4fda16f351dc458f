package io.midplane.actors;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one agent, written by its actor and read by everyone: the status, and the stages
 * that complete as it changes. Stages complete on virtual threads.
 */
final class AgentRecord {

  private final String name;
  private final Executor virtualThreads;
  private final CompletableFuture<Void> firstOutcome = new CompletableFuture<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private volatile CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile AgentStatus status;
  private volatile Runnable atStop = () -> {};

  AgentRecord(String name, Executor virtualThreads) {
    this.name = name;
    this.virtualThreads = virtualThreads;
    this.status = new AgentStatus(name, ProcessState.STARTED, 0, Instant.now(), "", null);
  }

  String name() {
    return name;
  }

  AgentStatus status() {
    return status;
  }

  /** Runs once the agent has stopped, before anybody who waits for that goes on. */
  void onStopped(Runnable action) {
    atStop = action;
  }

  /** READY or FAIL of the very first start, whichever came first. */
  CompletableFuture<Void> firstOutcome() {
    return firstOutcome;
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
    if (ready.isDone()) {
      ready = new CompletableFuture<>();
    }
    status = new AgentStatus(name, ProcessState.BOOTING, restarts, Instant.now(), "", null);
  }

  void loading() {
    change(ProcessState.LOADCFG, status.detail(), null);
  }

  void waitingFor(String what) {
    change(status.state(), what, null);
  }

  void ready() {
    change(ProcessState.READY, "", null);
    complete(ready);
    complete(firstOutcome);
  }

  void failed(Throwable cause, boolean forGood) {
    if (ready.isDone()) {
      ready = new CompletableFuture<>();
    }
    change(ProcessState.FAIL, String.valueOf(cause.getMessage()), cause);
    fail(firstOutcome, cause);
    if (forGood) {
      fail(ready, cause);
    }
  }

  void stopped(Throwable reason) {
    if (ready.isDone()) {
      ready = new CompletableFuture<>();
    }
    change(ProcessState.STOPPED, "", null);
    fail(firstOutcome, reason);
    fail(ready, reason);
    atStop.run();
    complete(stopped);
  }

  private void change(ProcessState state, String detail, @Nullable Throwable failure) {
    status = new AgentStatus(name, state, status.restarts(), status.started(), detail, failure);
  }

  private void complete(CompletableFuture<Void> stage) {
    virtualThreads.execute(() -> stage.complete(null));
  }

  private void fail(CompletableFuture<Void> stage, Throwable reason) {
    virtualThreads.execute(() -> stage.completeExceptionally(reason));
  }
}
