package io.midplane.actors;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The streams to end with the runtime; one that comes too late ends at once. Thread-safe. */
final class OpenStreams {

  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  void add(EventStream stream) {
    streams.add(stream);
    if (closed) {
      stream.close();
    }
  }

  void remove(EventStream stream) {
    streams.remove(stream);
  }

  /** Ends those that are open and those to come. */
  void closeAll() {
    closed = true;
    streams.forEach(EventStream::close);
  }

  int size() {
    return streams.size();
  }
}
