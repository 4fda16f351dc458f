package io.midplane.actors;

import io.midplane.calls.Callee;
import io.midplane.calls.ThreadMark;
import org.jspecify.annotations.Nullable;

/** An actor as its callers see it, with the reason to give them should it die or be restarted. */
final class WatchedActor {

  private final Callee callee;
  private final boolean own;
  private final ThreadMark mark;
  private final @Nullable LogKeys keys;
  private volatile @Nullable Throwable lastFailure;

  private WatchedActor(Callee callee, boolean own, @Nullable LogKeys keys) {
    this.callee = callee;
    this.own = own;
    this.keys = keys;
    this.mark = ThreadMark.nonBlocking(callee.name());
  }

  /**
   * An actor that the runtime starts, behind its interceptor.
   *
   * @param keys for what it logs; null for an actor that works for no agent, or says itself when it
   *     does
   */
  static WatchedActor own(Callee callee, @Nullable LogKeys keys) {
    return new WatchedActor(callee, true, keys);
  }

  /** Any other actor, of which only its death will be known. */
  static WatchedActor foreign(Callee callee) {
    return new WatchedActor(callee, false, null);
  }

  boolean isOwn() {
    return own;
  }

  /** From here on the actor runs on the calling thread; give the result to {@link #leave}. */
  @Nullable ThreadMark enter() {
    if (keys != null) {
      keys.enter();
    }
    return mark.enter();
  }

  /** It runs here no more. */
  void leave(@Nullable ThreadMark previous) {
    ThreadMark.leave(previous);
    if (keys != null) {
      keys.leave();
    }
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
