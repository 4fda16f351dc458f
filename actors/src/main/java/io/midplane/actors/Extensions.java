package io.midplane.actors;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subsystems of one runtime, one instance a type. An extension may ask for others while it is
 * made, also from the actors it starts; only who asks for the very same one waits for it.
 */
final class Extensions {

  private static final Logger LOG = LoggerFactory.getLogger(Extensions.class);

  /** The place of one instance, and the lock under which it is made. */
  private static final class Place {
    private final ReentrantLock making = new ReentrantLock();
    private @Nullable Object instance;
  }

  // Guarded by this.
  private final Map<Class<?>, Place> places = new HashMap<>();
  private final List<Object> made = new ArrayList<>();
  private boolean closed;

  <E> E get(Class<E> type, Supplier<E> create) {
    Place place = place(type);
    if (place.making.isHeldByCurrentThread()) {
      throw new MidplaneException(
          ErrorCode.INTERNAL,
          "extension %s: asked for itself while it was made; take what it needs from elsewhere"
              .formatted(type.getSimpleName()));
    }
    place.making.lock();
    try {
      Object instance = place.instance;
      if (instance == null) {
        instance = create.get();
        place.instance = instance;
        add(type, instance);
      }
      return type.cast(instance);
    } finally {
      place.making.unlock();
    }
  }

  private synchronized Place place(Class<?> type) {
    if (closed && !places.containsKey(type)) {
      throw closed(type);
    }
    return places.computeIfAbsent(type, first -> new Place());
  }

  private void add(Class<?> type, Object instance) {
    boolean tooLate;
    synchronized (this) {
      tooLate = closed;
      made.add(instance);
    }
    if (tooLate) {
      close(instance);
      throw closed(type);
    }
  }

  /** Closes what can be closed, last made first; a failing one does not keep the others open. */
  void closeAll() {
    List<Object> newestFirst;
    synchronized (this) {
      closed = true;
      newestFirst = List.copyOf(made.reversed());
    }
    newestFirst.forEach(Extensions::close);
  }

  private static void close(Object extension) {
    if (extension instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception failure) {
        LOG.warn("RT-0101 closing {} failed", extension.getClass().getSimpleName(), failure);
      }
    }
  }

  private static MidplaneException closed(Class<?> type) {
    return new MidplaneException(
        ErrorCode.CLOSED, "extension " + type.getSimpleName() + ": the runtime is closed");
  }
}
