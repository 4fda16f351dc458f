package io.midplane.testkit;

import akka.actor.ActorRef;
import akka.actor.AllDeadLetters;
import akka.actor.Dropped;
import akka.actor.UnhandledMessage;

/**
 * A message that reached nobody, or an actor that did not handle it.
 *
 * @param kind how it was lost
 * @param type the class of the message
 * @param text the message
 * @param recipient path of the actor it was for, without address
 * @param sender path of the actor that sent it; empty if no actor did or it is not known
 */
record LostMessage(Kind kind, Class<?> type, String text, String recipient, String sender) {

  /** Ways to lose a message. */
  enum Kind {
    DEAD_LETTER("dead letter", "@ExpectDeadLetters"),
    UNHANDLED("unhandled message", "@ExpectUnhandled");

    private final String words;
    private final String annotation;

    Kind(String words, String annotation) {
      this.words = words;
      this.annotation = annotation;
    }

    /** The kind in words. */
    String words() {
      return words;
    }

    /** The annotation that declares it. */
    String annotation() {
      return annotation;
    }
  }

  /** Starts a line that the build's check of the test output reads as a declaration. */
  static final String DECLARATION = "midplane-test: expects dead letters naming ";

  static LostMessage of(AllDeadLetters lost) {
    Kind kind = lost instanceof UnhandledMessage ? Kind.UNHANDLED : Kind.DEAD_LETTER;
    LostMessage message = of(kind, lost.message(), lost.recipient(), lost.sender());
    return lost instanceof Dropped dropped ? message.because(dropped.reason()) : message;
  }

  private static LostMessage of(Kind kind, Object message, ActorRef recipient, ActorRef sender) {
    return new LostMessage(
        kind, message.getClass(), String.valueOf(message), path(recipient), path(sender));
  }

  private LostMessage because(String reason) {
    return new LostMessage(kind, type, text + " (dropped: " + reason + ")", recipient, sender);
  }

  /** Akka has a reference that stands for nobody; its path says nothing. */
  private static String path(ActorRef actor) {
    String path = actor.path().toStringWithoutAddress();
    return path.equals("/deadLetters") ? "" : path;
  }

  /**
   * A line that makes the build's check excuse Akka's log line for this message, and few others.
   */
  String declaration() {
    boolean telling = !type.getName().startsWith("java.");
    return DECLARATION + (telling ? type.getName() : recipient);
  }

  @Override
  public String toString() {
    return "%s: %s %s to %s%s"
        .formatted(
            kind.words(),
            type.getSimpleName(),
            text,
            recipient,
            sender.isEmpty() ? "" : " from " + sender);
  }
}
