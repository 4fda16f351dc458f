package io.midplane.actors;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subsystems of one runtime, one instance a type. An extension may ask for others while made.
 */
final class Extensions {

  private static final Logger LOG = LoggerFactory.getLogger(Extensions.class);

  private final Map<Class<?>, Object> made = new LinkedHashMap<>();

  synchronized <E> E get(Class<E> type, Supplier<E> create) {
    Object existing = made.get(type);
    if (existing == null) {
      existing = create.get();
      made.put(type, existing);
    }
    return type.cast(existing);
  }

  /** Closes what can be closed, last made first; a failing one does not keep the others open. */
  void closeAll() {
    for (Object extension : newestFirst()) {
      if (extension instanceof AutoCloseable closeable) {
        try {
          closeable.close();
        } catch (Exception failure) {
          LOG.warn("RT-0101 closing {} failed", extension.getClass().getSimpleName(), failure);
        }
      }
    }
  }

  private synchronized Iterable<Object> newestFirst() {
    return new LinkedHashMap<>(made).sequencedValues().reversed();
  }
}
