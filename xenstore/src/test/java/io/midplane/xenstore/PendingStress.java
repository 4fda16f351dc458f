package io.midplane.xenstore;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Turn;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZL_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** XC7, XC9: what waits for an answer, while the reader, other waiters and deadlines act on it. */
public final class PendingStress {
  /** So long that only a wake-up that got lost lets it pass. */
  private static final Duration LONG = Duration.ofSeconds(20);

  private PendingStress() {}

  private static Pending pending() {
    return new Pending(
        Requests.ofNode(MessageType.READ, TransactionId.NONE, "/a"), null, null, Deadline.in(LONG));
  }

  private static Message answer(Pending to) {
    return new Message(to.request.type().code(), to.id, 0, new byte[] {42});
  }

  /** As the connection waits; true unless its time passes first. */
  private static boolean await(Turn turn, Pending pending) {
    pending.waitingThread(Thread.currentThread());
    try {
      while (!pending.isDone() && pending.deadline.left() > 0) {
        turn.await(pending, pending.deadline.left());
      }
      return pending.deadline.left() > 0;
    } finally {
      pending.waitingThread(null);
      turn.leave(pending);
    }
  }

  /** The answer and the deadline come together: one of them it is, for everybody. */
  @JCStressTest
  @State
  @Outcome(id = "true, false, answer", expect = ACCEPTABLE, desc = "answered")
  @Outcome(id = "false, true, TIMED_OUT", expect = ACCEPTABLE, desc = "timed out")
  @Outcome(expect = FORBIDDEN, desc = "both, or neither")
  public static class EndsOnce {
    private final Pending pending = pending();

    @Actor
    public void reader(ZZL_Result result) {
      result.r1 = pending.end(answer(pending));
    }

    @Actor
    public void deadline(ZZL_Result result) {
      result.r2 = pending.end(new Ending(ErrorCode.TIMED_OUT, "passed", null));
    }

    @Arbiter
    public void look(ZZL_Result result) {
      try {
        result.r3 = pending.result()[0] == 42 ? "answer" : "other bytes";
      } catch (MidplaneException e) {
        result.r3 = e.code().toString();
      }
    }
  }

  /** Two threads wait for their own answers on one line and read it for each other. */
  @JCStressTest
  @State
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both have their answers")
  @Outcome(expect = FORBIDDEN, desc = "one slept through its answer")
  public static class ReadForEachOther {
    private final StressLine line = new StressLine();
    private final Turn turn = new Turn(line);
    private final Pending first = pending();
    private final Pending second = pending();

    public ReadForEachOther() {
      line.put(() -> first.end(answer(first)));
      line.put(() -> second.end(answer(second)));
    }

    @Actor
    public void first(ZZ_Result result) {
      result.r1 = await(turn, first);
    }

    @Actor
    public void second(ZZ_Result result) {
      result.r2 = await(turn, second);
    }
  }

  /** The thread that reads gives up at any time: the turn goes on to the other. */
  @JCStressTest
  @State
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "the other has its answer")
  @Outcome(expect = FORBIDDEN, desc = "the turn was lost with the one who gave up")
  public static class GivesUp {
    private final StressLine line = new StressLine();
    private final Turn turn = new Turn(line);
    private final Pending impatient = pending();
    private final Pending patient = pending();

    @Actor
    public void impatient(ZZ_Result result) {
      impatient.waitingThread(Thread.currentThread());
      turn.await(impatient, 1);
      line.put(() -> patient.end(answer(patient)));
      impatient.waitingThread(null);
      turn.leave(impatient);
      result.r1 = true;
    }

    @Actor
    public void patient(ZZ_Result result) {
      result.r2 = await(turn, patient);
    }
  }

  /** An answer that another thread brings, such as the end of the connection, wakes the reader. */
  @JCStressTest
  @State
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "it stopped reading")
  @Outcome(expect = FORBIDDEN, desc = "it read on")
  public static class EndedByAnother {
    private final StressLine line = new StressLine();
    private final Turn turn = new Turn(line);
    private final Pending pending = pending();

    @Actor
    public void waiter(ZZ_Result result) {
      result.r1 = await(turn, pending);
    }

    @Actor
    public void another(ZZ_Result result) {
      result.r2 = pending.end(new Ending(ErrorCode.CLOSED, "closed", null));
      turn.stopReading(pending);
    }
  }

  /** With a reason to read on, whoever reads: the virtual thread brings what nobody waits for. */
  @JCStressTest
  @State
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both were read")
  @Outcome(expect = FORBIDDEN, desc = "nobody read on")
  public static class ReadInTheBackground {
    private final StressLine line = new StressLine();
    private final Turn turn = new Turn(line);
    private final Pending waited = pending();
    private final Pending background = pending();

    @Actor
    public void retainer(ZZ_Result result) {
      turn.retain();
      background.waitingThread(Thread.currentThread());
      line.put(() -> background.end(answer(background)));
      while (!background.isDone() && background.deadline.left() > 0) {
        LockSupport.parkNanos(this, background.deadline.left());
      }
      result.r1 = background.deadline.left() > 0;
      turn.release();
    }

    @Actor
    public void waiter(ZZ_Result result) {
      line.put(() -> waited.end(answer(waited)));
      result.r2 = await(turn, waited);
    }
  }
}
