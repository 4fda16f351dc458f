package io.midplane.actors;

import io.midplane.calls.Callee;
import io.midplane.calls.ThreadMark;
import org.jspecify.annotations.Nullable;

/** An actor as its callers see it, with the reason to give them should it die or be restarted. */
final class WatchedActor {

  private final Callee callee;
  private final boolean own;
  private final ThreadMark mark;
  private volatile @Nullable Throwable lastFailure;

  private WatchedActor(Callee callee, boolean own) {
    this.callee = callee;
    this.own = own;
    this.mark = ThreadMark.nonBlocking(callee.name());
  }

  /** An actor that the runtime starts, behind its interceptor. */
  static WatchedActor own(Callee callee) {
    return new WatchedActor(callee, true);
  }

  /** Any other actor, of which only its death will be known. */
  static WatchedActor foreign(Callee callee) {
    return new WatchedActor(callee, false);
  }

  boolean isOwn() {
    return own;
  }

  /** The mark of a thread while this actor runs on it. */
  ThreadMark mark() {
    return mark;
  }

  Callee callee() {
    return callee;
  }

  /** Remembers what the actor threw, in case it ends of it. */
  void failed(Throwable failure) {
    lastFailure = failure;
  }

  /** Ends the calls that the failed instance had taken; those in the mailbox live on. */
  void restarted() {
    callee.failTaken(reason("restarted"));
    lastFailure = null;
  }

  /** Ends every open call, and those to come: nobody will answer. */
  void died() {
    callee.fail(reason("stopped"));
  }

  private Throwable reason(String otherwise) {
    Throwable failure = lastFailure;
    return failure != null ? failure : new ActorStoppedException(otherwise);
  }
}
