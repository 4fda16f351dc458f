package io.midplane.xenstore;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs a body in a transaction until that commits, within the bounds of a policy. */
final class Transactions {
  /** The connections on which this thread is inside a body. */
  private static final ThreadLocal<Set<Courier>> INSIDE = ThreadLocal.withInitial(HashSet::new);

  private final Caller caller;
  private final RetryPolicy policy;
  private final long started = System.nanoTime();

  Transactions(Caller caller, RetryPolicy policy) {
    this.caller = caller;
    this.policy = policy;
  }

  /** Blocks: yes. */
  <T extends @Nullable Object> T run(Function<? super Transaction, ? extends T> body) {
    if (!INSIDE.get().add(caller.courier())) {
      throw Transaction.nested("the transaction of the body around this call");
    }
    try {
      return repeat(body);
    } finally {
      INSIDE.get().remove(caller.courier());
    }
  }

  private <T extends @Nullable Object> T repeat(Function<? super Transaction, ? extends T> body) {
    for (int attempt = 1; ; attempt++) {
      Transaction transaction = Transaction.begin(caller, attempt);
      T result = inside(transaction, body);
      if (!transaction.isOpen() || transaction.commit()) {
        return result; // the body may have aborted it on purpose
      }
      if (attempt >= policy.attempts()) {
        throw gaveUp(transaction, attempt);
      }
      pause(transaction, policy.pauseNanos(attempt));
      policy.onRetry().accept(attempt + 1);
    }
  }

  private static <T extends @Nullable Object> T inside(
      Transaction transaction, Function<? super Transaction, ? extends T> body) {
    try {
      return body.apply(transaction);
    } catch (RuntimeException | Error failure) {
      abort(transaction, failure);
      throw failure;
    }
  }

  private static void abort(Transaction transaction, Throwable because) {
    try {
      transaction.abort();
    } catch (MidplaneException e) {
      because.addSuppressed(e);
    }
  }

  private static void pause(Transaction transaction, long nanos) {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(transaction, left);
      if (Thread.currentThread().isInterrupted()) {
        throw new MidplaneException(
            ErrorCode.CANCELLED,
            transaction + ": interrupted before attempt " + (transaction.attempt() + 1));
      }
    }
  }

  private TransactionGaveUpException gaveUp(Transaction transaction, int attempts) {
    long millis = (System.nanoTime() - started) / 1_000_000;
    return new TransactionGaveUpException(
        attempts,
        "transaction: gave up after "
            + attempts
            + " attempts in "
            + millis
            + " ms; attempt "
            + attempts
            + " ("
            + transaction
            + ") failed at its commit with EAGAIN: "
            + why(transaction)
            + "; make it touch less, or allow it more attempts");
  }

  private String why(Transaction transaction) {
    try {
      return Control.conflict(caller, "transaction " + transaction.id().number() + " of ")
          .orElse("another change came between");
    } catch (MidplaneException unknown) {
      return "another change came between";
    }
  }
}
