package io.midplane.xenstore.server;

import io.midplane.xenstore.server.Watch.Event;
import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageDecoder;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the server keeps for one client. */
final class Connection {
  private static final long MOST_REPLY_BYTES = 256 * 1024;

  private final int id;
  private final String kind;
  private final Domain domain;
  private final Port port;
  private final Server server;
  private final MessageDecoder decoder = new MessageDecoder(Message.MAX_PAYLOAD);
  private final Outbox outbox = new Outbox();
  private final Map<Watch.Key, Watch> watches = new LinkedHashMap<>();
  private final Map<Integer, Transaction> transactions = new LinkedHashMap<>();
  private int lastTransaction;
  private @Nullable ByteBuffer unread;
  private @Nullable ByteBuffer unsent;
  private boolean flushing;
  private boolean ended;
  private boolean closed;
  private @Nullable Conflict lastConflict;

  /** What a connection needs from the rest of the server. */
  interface Server {
    /** There is something to send. */
    void flushLater(Connection connection);

    /** An event was too long for a message, and dropped. */
    void dropped(Connection connection, Event event);

    /** More events wait than the server keeps for a client that does not read. */
    boolean isStalled(long eventBytes);

    /** Its replies wait: how many may, for a guest. */
    int mostReplies(Domain domain);
  }

  Connection(int id, String kind, Domain domain, Port port, Server server) {
    this.id = id;
    this.kind = kind;
    this.domain = domain;
    this.port = port;
    this.server = server;
  }

  int id() {
    return id;
  }

  Domain domain() {
    return domain;
  }

  Port port() {
    return port;
  }

  MessageDecoder decoder() {
    return decoder;
  }

  Outbox outbox() {
    return outbox;
  }

  Map<Watch.Key, Watch> watches() {
    return watches;
  }

  Map<Integer, Transaction> transactions() {
    return transactions;
  }

  /** A number no open transaction of the connection has, from 1 on. */
  int nextTransaction() {
    do {
      lastTransaction++;
    } while (lastTransaction == 0 || transactions.containsKey(lastTransaction));
    return lastTransaction;
  }

  /** Sends a reply behind what waits. */
  void reply(Message message) {
    if (!closed && !ended) {
      outbox.add(message);
      wantFlush();
    }
  }

  /** Sends an event behind what waits, unless the same one waits. */
  void tell(Event event) {
    if (closed || ended) {
      return;
    }
    if (event.payloadLength() > Message.MAX_PAYLOAD) {
      server.dropped(this, event);
    } else if (outbox.add(event)) {
      wantFlush();
    }
  }

  /** Has its outbox looked after at the end of this round. */
  void wantFlush() {
    if (!flushing) {
      flushing = true;
      server.flushLater(this);
    }
  }

  void flushed() {
    flushing = false;
  }

  /** So many replies wait that further requests have to. */
  boolean isBehind() {
    return outbox.replyBytes() > MOST_REPLY_BYTES
        || (!domain.isPrivileged() && outbox.replies() >= server.mostReplies(domain));
  }

  boolean isStalled() {
    return server.isStalled(outbox.eventBytes());
  }

  /** Requests that came while the connection was behind. */
  @Nullable ByteBuffer unread() {
    return unread;
  }

  void unread(@Nullable ByteBuffer bytes) {
    unread = bytes;
  }

  /** A message, or the rest of one, that the other side did not take yet. */
  @Nullable ByteBuffer unsent() {
    return unsent;
  }

  void unsent(@Nullable ByteBuffer bytes) {
    unsent = bytes;
  }

  /** Nobody reads at the other end; requests that were sent before are still carried out. */
  void outputIsDead() {
    ended = true;
    unsent = null;
    outbox.clear();
  }

  boolean isOutputDead() {
    return ended;
  }

  boolean isClosed() {
    return closed;
  }

  void closed() {
    closed = true;
    outbox.clear();
    unsent = null;
    unread = null;
  }

  /** Why its last commit failed with EAGAIN, if one did. */
  @Nullable Conflict lastConflict() {
    return lastConflict;
  }

  void lastConflict(Conflict conflict) {
    lastConflict = conflict;
  }

  @Override
  public String toString() {
    return "connection " + id + " (" + kind + ", domain " + domain.id() + ")";
  }
}
