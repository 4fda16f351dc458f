package io.midplane.xenstore;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.Turn;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** XC7, XC9: requests that begin, are answered and end while others do. */
public final class OpenRequestsStress {
  private static final Ending LOST = new Ending(ErrorCode.CALLEE_DIED, "lost", null);

  private OpenRequestsStress() {}

  private static Pending pending() {
    return new Pending(
        Requests.ofNode(MessageType.READ, TransactionId.NONE, "/a"),
        null,
        null,
        Deadline.in(Duration.ofSeconds(5)));
  }

  /** Two requests begin: ids of their own, also around the numbers that are never ids. */
  @JCStressTest
  @State
  @Outcome(id = "true, 2", expect = ACCEPTABLE, desc = "told apart")
  @Outcome(expect = FORBIDDEN, desc = "one took the other's place, or a reserved id")
  public static class DifferentIds {
    private final OpenRequests requests = new OpenRequests(new Turn(new StressLine()), -2);
    private final Pending first = pending();
    private final Pending second = pending();

    @Actor
    public void first() {
      requests.add(first);
    }

    @Actor
    public void second() {
      requests.add(second);
    }

    @Arbiter
    public void look(ZI_Result result) {
      result.r1 = first.id != second.id && first.id > 0 && second.id > 0;
      result.r2 = requests.count();
    }
  }

  /** One begins while the connection is lost: it is refused, or ended with the others. */
  @JCStressTest
  @State
  @Outcome(id = "true, false, 0", expect = ACCEPTABLE, desc = "refused")
  @Outcome(id = "false, true, 0", expect = ACCEPTABLE, desc = "ended with the others")
  @Outcome(id = "true, true, 0", expect = ACCEPTABLE, desc = "both at once")
  @Outcome(expect = FORBIDDEN, desc = "it waits for an answer that cannot come")
  public static class BeginsAtTheEnd {
    private final OpenRequests requests = new OpenRequests(new Turn(new StressLine()), 0);
    private final Pending pending = pending();
    private volatile boolean isLost;

    @Actor
    public void caller(ZZI_Result result) {
      requests.add(pending);
      result.r1 = isLost;
      if (isLost) {
        requests.remove(pending);
        result.r1 = true;
      }
    }

    @Actor
    public void reader() {
      isLost = true;
      requests.endAll(null, LOST);
    }

    @Arbiter
    public void look(ZZI_Result result) {
      result.r2 = pending.isDone();
      result.r3 = requests.count();
    }
  }

  /** The answer comes while the connection is lost: one of them, and nothing stays open. */
  @JCStressTest
  @State
  @Outcome(id = "true, true, 0", expect = ACCEPTABLE, desc = "answered")
  @Outcome(id = "false, true, 0", expect = ACCEPTABLE, desc = "lost")
  @Outcome(expect = FORBIDDEN, desc = "it stays open")
  public static class AnsweredAtTheEnd {
    private final OpenRequests requests = new OpenRequests(new Turn(new StressLine()), 0);
    private final Pending pending = pending();

    public AnsweredAtTheEnd() {
      requests.add(pending);
    }

    @Actor
    public void reader(ZZI_Result result) {
      var answer = new Message(MessageType.READ, pending.id, 0, new byte[0]);
      Pending found = requests.answeredBy(answer, null);
      if (found != null) {
        requests.remove(found);
        result.r1 = found.end(answer);
      }
    }

    @Actor
    public void closer() {
      requests.endAll(null, LOST);
    }

    @Arbiter
    public void look(ZZI_Result result) {
      result.r2 = pending.isDone();
      result.r3 = requests.count();
    }
  }
}
