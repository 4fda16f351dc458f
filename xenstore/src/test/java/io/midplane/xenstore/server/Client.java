package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.Message;
import io.midplane.xenstore.wire.MessageDecoder;
import io.midplane.xenstore.wire.MessageType;
import io.midplane.xenstore.wire.Texts;
import io.midplane.xenstore.wire.Transport;
import io.midplane.xenstore.wire.UnixSocketTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A client for tests: sends messages and shows what comes back as text, NULs as {@code |} and an
 * error's name behind {@code !}.
 */
final class Client implements AutoCloseable {
  private static final long PATIENCE = Duration.ofSeconds(20).toNanos();

  private final Transport transport;
  private final MessageDecoder decoder = new MessageDecoder(4096);
  private final ByteBuffer in = ByteBuffer.allocate(64 * 1024).flip();
  private final List<String> events = new ArrayList<>();
  private int lastId;

  Client(Transport transport) {
    this.transport = transport;
  }

  static Client of(XenStoreServer server) {
    return new Client(server.transport());
  }

  static Client at(Path socket) {
    return new Client(UnixSocketTransport.connect(socket));
  }

  /** Asks outside of transactions; {@code |} in the payload stands for NUL. */
  String ask(MessageType type, String payload) {
    return ask(type, 0, payload);
  }

  /** Asks, and keeps the events that come before the answer. */
  String ask(MessageType type, int transaction, String payload) {
    int id = ++lastId;
    send(new Message(type, id, transaction, bytes(payload)));
    Message reply = receive();
    while (reply.type() == MessageType.WATCH_EVENT.code()) {
      events.add(text(reply.payload()));
      reply = receive();
    }
    if (reply.requestId() != id || reply.transactionId() != transaction) {
      throw new AssertionError("reply " + reply + " to request " + id);
    }
    return shown(reply);
  }

  static String shown(Message reply) {
    String text = text(reply.payload());
    boolean error = reply.type() == MessageType.ERROR.code();
    return error ? "!" + text.substring(0, text.length() - 1) : text;
  }

  /** Starts a transaction. */
  int begin() {
    return Integer.parseInt(ask(MessageType.TRANSACTION_START, "|").replace("|", ""));
  }

  String commit(int transaction) {
    return ask(MessageType.TRANSACTION_END, transaction, "T|");
  }

  /** All events that the server has sent up to now. */
  List<String> events() {
    ask(MessageType.GET_DOMAIN_PATH, "0|");
    List<String> taken = List.copyOf(events);
    events.clear();
    return taken;
  }

  void send(Message message) {
    send(message.toBytes());
  }

  void send(byte[] bytes) {
    try {
      transport.write(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next message, whatever it is. */
  Message receive() {
    long deadline = System.nanoTime() + PATIENCE;
    while (true) {
      Message next = decoder.next(in);
      if (next != null) {
        return next;
      }
      if (!fill(deadline - System.nanoTime())) {
        throw new AssertionError("the server closed the connection");
      }
    }
  }

  private boolean fill(long left) {
    if (left <= 0) {
      throw new AssertionError("no answer");
    }
    in.clear();
    try {
      return transport.read(in, left) >= 0;
    } catch (IOException reset) {
      return false;
    } finally {
      in.flip();
    }
  }

  /** Whether the server ends the connection; what it still sends is passed over. */
  boolean isEnded() {
    long deadline = System.nanoTime() + PATIENCE;
    while (fill(deadline - System.nanoTime())) {
      in.clear();
    }
    return true;
  }

  static byte[] bytes(String text) {
    return Texts.bytes(text.replace('|', '\0'));
  }

  static String text(byte[] bytes) {
    return Texts.text(bytes).replace('\0', '|');
  }

  @Override
  public void close() {
    transport.close();
  }
}
