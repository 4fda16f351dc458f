package io.midplane.xenstore;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.XenStoreException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A transaction: what is done through it others see all at once when it is committed, or never. Any
 * number of them can be open on a connection; what is done through the {@link XenStore} meanwhile
 * does not belong to any.
 *
 * <p>Close it in any case: leaving it without a commit aborts it. {@link XenStore#transaction} does
 * all of that, and runs it again after a conflict. Thread-safe.
 */
public final class Transaction extends Nodes implements AutoCloseable {

  private enum State {
    OPEN,
    COMMITTED,
    CONFLICTED,
    ABORTED,
    LOST
  }

  private final TransactionId id;
  private final int attempt;
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

  private Transaction(Caller caller, TransactionId id, int attempt) {
    super(caller);
    this.id = id;
    this.attempt = attempt;
  }

  static Transaction begin(Caller caller, int attempt) {
    int before = caller.courier().epoch();
    byte[] answer = caller.call(Requests.start(), "beginAsync()");
    return new Transaction(
        caller, new TransactionId(Requests.transactionNumber(answer), before), attempt);
  }

  static CompletionStage<Transaction> beginAsync(Caller caller) {
    int before = caller.courier().epoch();
    return caller
        .callAsync(Requests.start())
        .thenApply(answer ->
            new Transaction(
                caller, new TransactionId(Requests.transactionNumber(answer), before), 1));
  }

  static Transaction of(Caller caller, TransactionId id) {
    return new Transaction(caller, id, 1);
  }

  /** The server's number for it and the connection it lives on. */
  public TransactionId id() {
    return id;
  }

  /** How many times the body was begun, this time included; 1 outside of {@code transaction()}. */
  public int attempt() {
    return attempt;
  }

  /** Whether it can still be used. */
  public boolean isOpen() {
    return state.get() == State.OPEN;
  }

  @Override
  TransactionId transaction() {
    checkOpen();
    return id;
  }

  private void checkOpen() {
    State now = Objects.requireNonNull(state.get());
    if (now != State.OPEN) {
      throw new MidplaneException(
          ErrorCode.CLOSED,
          "transaction " + id + " is " + words(now) + " (expected: open); begin another");
    }
  }

  private static String words(State state) {
    return switch (state) {
      case OPEN -> "open";
      case COMMITTED -> "committed";
      case CONFLICTED -> "over after a conflict";
      case ABORTED -> "aborted";
      case LOST -> "lost, it is not known whether it was committed";
    };
  }

  /**
   * Makes all of it visible at once. Afterwards the transaction is over in any case. Blocks: yes.
   *
   * @return false if another change came between and nothing was done: begin another and repeat
   */
  public boolean commit() {
    checkOpen();
    caller().checkMayBlock(Requests.end(id, true), "commitAsync()");
    end(State.LOST);
    try {
      caller().call(Requests.end(id, true), "commitAsync()");
      state.set(State.COMMITTED);
      return true;
    } catch (XenStoreException e) {
      state.set(State.CONFLICTED);
      if (e.errorName().equals(ErrorName.EAGAIN)) {
        return false;
      }
      throw e;
    }
  }

  /** As {@link #commit}. Blocks: no. */
  public CompletionStage<Boolean> commitAsync() {
    checkOpen();
    end(State.LOST);
    return caller()
        .callAsync(Requests.end(id, true))
        .handle((done, failure) -> {
          Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
          if (cause instanceof XenStoreException refused) {
            state.set(State.CONFLICTED);
            if (refused.errorName().equals(ErrorName.EAGAIN)) {
              return false;
            }
          }
          if (failure != null) {
            throw new CompletionException(cause);
          }
          state.set(State.COMMITTED);
          return true;
        });
  }

  /** As {@link #abort}. Blocks: no. */
  public CompletionStage<@Nullable Void> abortAsync() {
    return state.compareAndSet(State.OPEN, State.ABORTED)
        ? done(caller().callAsync(Requests.end(id, false)))
        : CompletableFuture.completedStage(null);
  }

  /** Drops all of it. One that is over stays as it is. Blocks: yes. */
  public void abort() {
    caller().checkMayBlock(Requests.end(id, false), "abortAsync()");
    if (state.compareAndSet(State.OPEN, State.ABORTED)) {
      caller().call(Requests.end(id, false), "abortAsync()");
    }
  }

  private void end(State how) {
    if (!state.compareAndSet(State.OPEN, how)) {
      checkOpen();
    }
  }

  /** Refused: transactions do not nest. {@link XenStore#begin} opens one beside this one. */
  public Transaction begin() {
    throw nested(this);
  }

  static XenStoreException nested(Object outer) {
    return new XenStoreException(
        ErrorName.EALREADY,
        outer
            + " is open already and transactions do not nest (EALREADY); use it, or begin() one"
            + " of its own on the store");
  }

  /**
   * Ends the scope. Blocks: yes.
   *
   * @throws MidplaneException CANCELLED if it was neither committed nor aborted: it is aborted then
   */
  @Override
  public void close() {
    if (!isOpen()) {
      return;
    }
    abort();
    throw new MidplaneException(
        ErrorCode.CANCELLED,
        this + " was left without commit() or abort() and was aborted; nothing of it was done");
  }

  @Override
  public String toString() {
    return "transaction " + id;
  }
}
