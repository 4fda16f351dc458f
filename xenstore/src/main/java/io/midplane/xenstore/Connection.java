package io.midplane.xenstore;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Turn;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Texts;
import io.midplane.xenstore.wire.Transport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection, over as many physical ones as it takes: the open requests, who reads for
 * them, and how all of them end. Nothing here runs the user's code.
 */
final class Connection implements Courier, Turn.Reading, Sessions.Listener {
  /** Made when something is to be logged, for a short command that has nothing to log. */
  private static final class Log {
    static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  }

  /** How many requests {@link #callAll} has under way. */
  private static final int WINDOW = 64;

  /** How often closing looks whether all answers are here, while somebody else reads. */
  private static final long DRAIN_NANOS = 5_000_000;

  private final XenStoreSettings settings;
  private final Turn turn = new Turn(this);
  private final OpenRequests requests;
  private final Watches watches = new Watches(this);
  private final LongAdder late = new LongAdder();
  private final LongAdder unmatched = new LongAdder();
  private final Sessions sessions;

  /** Connects. Blocks: yes, shortly. */
  Connection(XenStoreSettings settings, Supplier<Transport> connector, int lastId) {
    this.settings = settings;
    this.requests = new OpenRequests(turn, lastId);
    this.sessions =
        new Sessions(
            settings.reconnect(),
            epoch -> new Session(epoch, connector.get(), turn, settings.maxDirectoryBytes()),
            this);
  }

  Watches watches() {
    return watches;
  }

  Turn turn() {
    return turn;
  }

  XenStoreSettings settings() {
    return settings;
  }

  /** Why nothing will come any more; null while something may. */
  @Nullable Ending over() {
    return sessions.over();
  }

  ConnectionStatistics statistics() {
    return new ConnectionStatistics(
        requests.count(),
        watches.count(),
        unmatched.sum(),
        late.sum(),
        watches.strays(),
        watches.missed(),
        sessions.before());
  }

  @Override
  public String toString() {
    return sessions.toString();
  }

  @Override
  public int epoch() {
    Session session = sessions.now();
    return session == null ? 0 : session.epoch;
  }

  // ---- requests

  @Override
  public byte[] call(Request request, Duration timeout) {
    Deadline deadline = Deadline.in(timeout);
    Session session = sessions.await(request, timeout);
    return await(begin(session, request, null, deadline, true), deadline).result();
  }

  @Override
  public CompletionStage<byte[]> callAsync(Request request, Duration timeout) {
    var future = new CompletableFuture<byte[]>();
    Deadline deadline = Deadline.in(timeout);
    var unused =
        sessions
            .next()
            .whenComplete((session, failure) -> {
              try {
                beginAsync(session, request, future, deadline);
              } catch (MidplaneException e) {
                Thread.startVirtualThread(() -> future.completeExceptionally(e));
              }
            });
    return future;
  }

  private void beginAsync(
      @Nullable Session session,
      Request request,
      CompletableFuture<byte[]> future,
      Deadline deadline) {
    if (session == null) {
      throw sessions.refusal(request);
    }
    var unused = begin(session, request, future, deadline, true);
  }

  @Override
  public List<Answer> callAll(List<Request> requests, Duration timeout) {
    Deadline deadline = Deadline.in(timeout);
    List<Answer> answers = new ArrayList<>(requests.size());
    if (requests.isEmpty()) {
      return answers;
    }
    Session session = sessions.await(requests.getFirst(), timeout);
    Deque<Pending> underWay = new ArrayDeque<>();
    int next = 0;
    while (next < requests.size() || !underWay.isEmpty()) {
      if (next < requests.size() && underWay.size() <= WINDOW / 2) {
        int end = Math.min(requests.size(), next + WINDOW - underWay.size());
        for (; next < end; next++) {
          underWay.add(begin(session, requests.get(next), null, deadline, next == end - 1));
        }
      }
      answers.add(answer(await(underWay.remove(), deadline)));
    }
    return answers;
  }

  private static Answer answer(Pending pending) {
    try {
      return new Answer.Done(pending.result());
    } catch (MidplaneException e) {
      return new Answer.Failed(e);
    }
  }

  /** Sends a request. On a session that is over it throws. */
  Pending begin(
      Session session,
      Request request,
      @Nullable CompletableFuture<byte[]> future,
      Deadline deadline,
      boolean flush) {
    checkRoom(session, request);
    var pending = new Pending(request, session, future, deadline);
    requests.add(pending);
    if (pending.isAsync()) {
      turn.retain();
      if (requests.expireAt(deadline)) {
        wakeUp();
      }
    }
    try {
      checkOpen(session, request);
      session.send(request, pending.id, flush);
    } catch (MidplaneException e) {
      requests.remove(pending);
      throw e;
    }
    return pending;
  }

  private void checkOpen(Session session, Request request) {
    Ending ended = session.ending();
    if (ended != null || sessions.isClosing()) {
      throw sessions.refusal(request);
    }
    int epoch = request.transaction().epoch();
    if (epoch != 0 && epoch != session.epoch) {
      throw new MidplaneException(
          ErrorCode.CALLEE_DIED,
          request + ": the transaction was lost with the connection it was begun on; begin anew");
    }
  }

  private void checkRoom(Session session, Request request) {
    int most = session.transport().maxPayload();
    if (request.payload().length > most) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          request
              + ": payload: "
              + request.payload().length
              + " bytes (expected: at most "
              + most
              + ", path and value together, on "
              + session.transport()
              + "); nothing was sent");
    }
    if (requests.count() >= settings.maxOutstanding()) {
      throw new MidplaneException(
          ErrorCode.LIMIT_EXCEEDED,
          request
              + ": "
              + requests.count()
              + " requests are open on this connection (expected: fewer"
              + " than "
              + settings.maxOutstanding()
              + ", maxOutstanding); wait for some to end");
    }
  }

  /** Waits until a request has ended. Its thread reads for everyone if nobody else does. */
  private Pending await(Pending pending, Deadline deadline) {
    pending.waitingThread(Thread.currentThread());
    try {
      while (!pending.isDone()) {
        long left = deadline.left();
        if (left <= 0) {
          pending.end(deadline.passed(sessions));
        } else if (Thread.currentThread().isInterrupted()) {
          pending.end(new Ending(ErrorCode.CANCELLED, "the thread was interrupted", null));
        } else {
          turn.await(pending, left);
        }
      }
    } finally {
      pending.waitingThread(null);
      turn.leave(pending);
    }
    return pending;
  }

  // ---- reading

  @Override
  public boolean read(long nanos) {
    Session session = sessions.now();
    if (session == null) {
      sessions.awaitNext(nanos);
      return over() == null;
    }
    Ending ended;
    try {
      ended = session.read(requests.untilExpiry(nanos), message -> dispatch(session, message));
    } catch (RuntimeException e) {
      ended = new Ending(ErrorCode.INTERNAL, sessions + ": the client failed: " + e, e);
    }
    if (ended != null) {
      sessions.lost(session, ended);
    }
    requests.expire(sessions);
    return over() == null;
  }

  @Override
  public void wakeUp() {
    Session session = sessions.now();
    if (session != null) {
      session.transport().wakeup();
    }
  }

  private void dispatch(Session session, Message message) {
    if (message.type() == MessageType.WATCH_EVENT.code()) {
      watches.deliver(message.payload());
      return;
    }
    Pending pending = requests.answeredBy(message, session);
    if (pending == null) {
      unmatched.increment();
      Log.LOG.warn("XS-0101 {}: answer to no open request: {}", sessions, message);
    } else if (!pending.fits(message)) {
      throw new MidplaneException(
          ErrorCode.PROTOCOL_VIOLATION,
          "answer " + message + " (expected: type " + pending.request.type() + " or ERROR)");
    } else {
      requests.remove(pending);
      count(session, message);
      if (!pending.end(message)) {
        late.increment();
        undo(session, pending.request, message);
      }
    }
  }

  private static void count(Session session, Message reply) {
    if (reply.type() == MessageType.TRANSACTION_START.code()) {
      var unused = session.transactions.incrementAndGet();
    } else if (reply.type() == MessageType.TRANSACTION_END.code()) {
      var unused = session.transactions.decrementAndGet();
    }
  }

  /** Nobody waits any more for what this answer grants. */
  private void undo(Session session, Request request, Message reply) {
    if (reply.type() == MessageType.TRANSACTION_START.code()) {
      int number = Requests.transactionNumber(reply.payload());
      var id = new TransactionId(number, session.epoch);
      sendAndForget(session, Requests.end(id, false));
    } else if (reply.type() == MessageType.WATCH.code()) {
      List<String> texts = Texts.split(request.payload());
      sendAndForget(session, Requests.unwatch(texts.get(0), texts.get(1)));
    }
  }

  /** Sends something whose answer interests nobody. */
  void sendAndForget(Session session, Request request) {
    try {
      Deadline deadline = Deadline.in(settings.timeout());
      var unused = begin(session, request, new CompletableFuture<>(), deadline, true);
    } catch (MidplaneException e) {
      Log.LOG.debug("XS-0102 {}: not sent: {}", sessions, e.getMessage());
    }
  }

  // ---- the end, and what comes after

  @Override
  public void onLost(Session session, Ending why) {
    requests.endAll(session, why);
  }

  @Override
  public void onNext(Session session) {
    watches.registerAgain(session);
  }

  @Override
  public void onOver() {
    watches.endAll();
  }

  /** Waits for the answers that are due, up to a bound, then ends everything. Blocks: yes. */
  void close() {
    sessions.beginClosing();
    Session session = sessions.now();
    if (session == null) {
      return;
    }
    awaitAnswers(Deadline.in(settings.closeTimeout()));
    sessions.lost(session, new Ending(ErrorCode.CLOSED, sessions + " was closed", null));
  }

  private void awaitAnswers(Deadline deadline) {
    var drain = new Drain(Thread.currentThread());
    try {
      for (long left = deadline.left();
          left > 0 && !drain.hasNews() && !Thread.currentThread().isInterrupted();
          left = deadline.left()) {
        turn.await(drain, Math.min(left, DRAIN_NANOS));
      }
    } finally {
      turn.leave(drain);
    }
  }

  /** Waits until nothing is open. */
  private final class Drain implements Turn.Waiter {
    private final Thread thread;

    private Drain(Thread thread) {
      this.thread = thread;
    }

    @Override
    public boolean hasNews() {
      return requests.count() == 0 || over() != null;
    }

    @Override
    public Thread thread() {
      return thread;
    }
  }
}
