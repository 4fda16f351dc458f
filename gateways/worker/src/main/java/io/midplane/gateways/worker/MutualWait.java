package io.midplane.gateways.worker;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One end's part in finding out that both ends of a channel wait for each other. Knows only what is
 * counted here and what the other end says; sends nothing itself. Guarded by its owner.
 *
 * <p>The coordinator's end asks once it has waited for a while without a deadline: it says how many
 * items it has sent and how many have reached it. The worker's end answers if it waits itself,
 * there is nothing for it, and nothing is on its way to an end that waits for an item. Frames of
 * one direction keep their order: credits and closes come before the notice behind them. If the
 * coordinator's end is then still in the wait it asked about, both ends waited at that moment, and
 * only somebody else could end it: another thread that uses either end. Where each end is confined
 * to its one thread there is nobody else, and the wait is refused; elsewhere it is reported.
 */
final class MutualWait {
  private static final long NOBODY = -1;

  private final boolean asks;
  private long sent;
  private long received;

  private long user = NOBODY;
  private boolean usedByMany;
  private boolean confined;

  private int waiters;
  private long wait;
  private long since;
  private WaitKind kind = WaitKind.RECEIVE;
  private long askedAbout;
  private long receivedWhenAsked;
  private @Nullable WaitNotice heard;

  /**
   * That of a fresh channel.
   *
   * @param asks whether this is the coordinator's end
   */
  MutualWait(boolean asks) {
    this.asks = asks;
  }

  /** An item will be written. Counted before it is, so that one on its way is never overlooked. */
  void sentOne() {
    sent++;
  }

  /** So many items came. */
  void received(int count) {
    received += count;
  }

  /** A thread is about to use this end; false if it must not. */
  boolean admits(long thread) {
    if (user != thread) {
      if (confined) {
        return false;
      }
      usedByMany |= user != NOBODY;
      user = thread;
    }
    return true;
  }

  /** Threads that nobody knows are about to use this end; false if they must not. */
  boolean admitsAny() {
    usedByMany |= !confined;
    return !confined;
  }

  /** From now on this end admits one thread only. */
  void confine(long thread) {
    confined = true;
    user = thread;
  }

  boolean isConfined() {
    return confined;
  }

  long received() {
    return received;
  }

  /** Whether it is this thread's, which has sent so many items. */
  boolean isAt(long thread, long items) {
    return confined && user == thread && sent == items;
  }

  /**
   * A thread begins to wait without a deadline, and there is nothing for it.
   *
   * @return what to tell the other end; null if nothing
   */
  @Nullable WaitNotice begin(WaitKind what, long now) {
    waiters++;
    wait++;
    since = now;
    kind = what;
    WaitNotice question = heard;
    return asks || question == null ? null : answer(question, true, now);
  }

  /** It waits no longer. */
  void end() {
    waiters--;
    wait++;
    if (asks) {
      heard = null;
    }
  }

  /** Whether a wait has begun that nobody has asked about yet. */
  boolean isToAsk() {
    return asks && waiters > 0 && askedAbout != wait;
  }

  /** What the coordinator's end asks if it has waited so long; null if there is nothing to ask. */
  @Nullable WaitNotice ask(long now, long patience) {
    if (!isToAsk() || now - since < patience) {
      return null;
    }
    askedAbout = wait;
    receivedWhenAsked = received;
    return notice(false, wait, now);
  }

  /**
   * The other end said something.
   *
   * @param quiet whether there is nothing for who waits here: no item, no close
   * @return what to tell it; null if nothing
   */
  @Nullable WaitNotice hear(WaitNotice notice, boolean quiet, long now) {
    if (asks) {
      if (notice.answer() && isStillTrue(notice, quiet)) {
        heard = notice;
      }
      return null;
    }
    if (notice.answer()) {
      return null;
    }
    heard = notice;
    return answer(notice, quiet, now);
  }

  private boolean isStillTrue(WaitNotice answer, boolean quiet) {
    return waiters > 0
        && quiet
        && answer.number() == wait
        && askedAbout == wait
        && (kind != WaitKind.RECEIVE || received == receivedWhenAsked);
  }

  /** Items on their way make a difference to who waits for one. */
  private @Nullable WaitNotice answer(WaitNotice question, boolean quiet, long now) {
    boolean nothingOnItsWay =
        (kind != WaitKind.RECEIVE || question.sent() == received)
            && (question.kind() != WaitKind.RECEIVE || question.received() == sent);
    if (waiters == 0 || !quiet || !nothingOnItsWay) {
      return null;
    }
    heard = null;
    return notice(true, question.number(), now);
  }

  private WaitNotice notice(boolean answer, long about, long now) {
    return new WaitNotice(
        answer,
        confined,
        isOfOneThread(),
        kind,
        about,
        sent,
        received,
        TimeUnit.NANOSECONDS.toMillis(now - since));
  }

  /** How the other end waits, if both do; null if that is not known. */
  @Nullable WaitNotice mutual() {
    return asks ? heard : null;
  }

  /** Whether nobody but the two who wait could end it. */
  boolean isForEver() {
    WaitNotice other = mutual();
    return other != null && other.confined() && confined;
  }

  /** Whether only one thread each has used the two ends so far. */
  boolean isLikelyForEver() {
    WaitNotice other = mutual();
    return other != null && other.oneThread() && isOfOneThread();
  }

  private boolean isOfOneThread() {
    return confined || (!usedByMany && waiters == 1);
  }

  @Override
  public String toString() {
    return sent + "," + received + "," + wait + "," + waiters + "," + askedAbout + "," + heard;
  }

  long since() {
    return since;
  }

  WaitKind kind() {
    return kind;
  }
}
