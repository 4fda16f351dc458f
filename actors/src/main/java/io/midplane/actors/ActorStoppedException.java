package io.midplane.actors;

/**
 * The reason of a call's end when its callee stopped or restarted without having thrown anything.
 */
final class ActorStoppedException extends Exception {

  ActorStoppedException(String what) {
    super("it was " + what, null, false, false);
  }
}
