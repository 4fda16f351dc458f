package io.midplane.gateways.actor;

import akka.actor.typed.ActorRef;
import io.midplane.calls.MidplaneException;
import io.midplane.gateways.worker.EndOfChannelException;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the actor of a channel understands, and what it answers. Items go both ways in lists, so
 * that one message carries many. Messages of this JVM.
 *
 * <p>Who {@linkplain Subscribe subscribes} gets one list at a time, and the next after {@link
 * Next}: a slow subscriber has one in its mailbox, a bounded number waits here, and the far end is
 * held up where it gives credits.
 */
public interface ChannelProtocol {

  /** What it can be told. */
  sealed interface Command permits Send, Receive, Subscribe, Next, Close, ChannelActor.Internal {}

  /** Sends items in order: {@link Sent} once the stream took them, or {@link Refused}. */
  record Send(List<@Nullable Object> items, ActorRef<Reply> replyTo) implements Command {
    /** Sends one. */
    public static Send one(@Nullable Object item, ActorRef<Reply> replyTo) {
      return new Send(Collections.singletonList(item), replyTo);
    }
  }

  /** The next item, when there is one: {@link Received}, or {@link Refused} at the end. */
  record Receive(ActorRef<Reply> replyTo) implements Command {}

  /** Has what comes given to an actor; the channel's actor stops with it. Once only. */
  record Subscribe(ActorRef<Notice> subscriber, ActorRef<Reply> replyTo) implements Command {}

  /** The subscriber dealt with the last list. */
  record Next() implements Command {}

  /** Closes the channel, with an error for the other side if there is one: {@link Done}. */
  record Close(@Nullable String error, ActorRef<Reply> replyTo) implements Command {}

  /** What is answered. */
  sealed interface Reply {}

  /** The items are on their way. */
  record Sent() implements Reply {}

  /** An item. */
  record Received(@Nullable Object item) implements Reply {}

  /** It is so. */
  record Done() implements Reply {}

  /** It could not be done. */
  record Refused(MidplaneException reason) implements Reply {}

  /** What a subscriber is told. */
  sealed interface Notice {}

  /** Items in their order; say {@link Next} to {@code channel} when they are dealt with. */
  record Items(List<@Nullable Object> items, ActorRef<Command> channel) implements Notice {}

  /** Nothing more comes; told when the last list is dealt with. */
  record Ended(MidplaneException reason) implements Notice {
    /** Whether it ended in order. */
    public boolean isOrderly() {
      return reason instanceof EndOfChannelException;
    }
  }
}
