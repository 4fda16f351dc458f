package io.midplane.xenstore.server;

import io.midplane.xenstore.server.Watch.Event;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Texts;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/**
 * What waits to be sent to one client, in order. An event that is just like one that waits is not
 * added: the client will read that one after the change. So a stalled reader has at most one event
 * for each pair of path and token.
 */
final class Outbox {
  private final ArrayDeque<Object> waiting = new ArrayDeque<>();
  private final Set<Event> events = new HashSet<>();
  private long eventBytes;
  private long replyBytes;
  private int replies;

  void add(Message reply) {
    waiting.add(reply);
    replyBytes += reply.encodedLength();
    replies++;
  }

  /** Adds an event; false if the same one waits. */
  boolean add(Event event) {
    if (!events.add(event)) {
      return false;
    }
    waiting.add(event);
    eventBytes += Message.HEADER_LENGTH + event.payloadLength();
    return true;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** The bytes of the events that wait. */
  long eventBytes() {
    return eventBytes;
  }

  /** The bytes of the replies that wait. */
  long replyBytes() {
    return replyBytes;
  }

  /** How many replies wait. */
  int replies() {
    return replies;
  }

  /** Moves into the buffer what fits, whole messages only. */
  void drainTo(ByteBuffer into) {
    for (Object next = waiting.peek(); next != null; next = waiting.peek()) {
      Message message = next instanceof Event event ? encode(event) : (Message) next;
      if (message.encodedLength() > into.remaining()) {
        return;
      }
      waiting.remove();
      if (next instanceof Event event) {
        events.remove(event);
        eventBytes -= message.encodedLength();
      } else {
        replyBytes -= message.encodedLength();
        replies--;
      }
      message.writeTo(into);
    }
  }

  void clear() {
    waiting.clear();
    events.clear();
    eventBytes = 0;
    replyBytes = 0;
    replies = 0;
  }

  static Message encode(Event event) {
    return new Message(MessageType.WATCH_EVENT, 0, 0, Texts.join(event.path(), event.token()));
  }
}
