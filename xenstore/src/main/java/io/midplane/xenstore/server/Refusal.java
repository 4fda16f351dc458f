package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.ErrorName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A request is answered with an error; without a stack, and made once for each name. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Map<String, Refusal> MADE = new ConcurrentHashMap<>();

  private final transient ErrorName name;

  private Refusal(ErrorName name) {
    super(name.text(), null, false, false);
    this.name = name;
  }

  static Refusal of(ErrorName name) {
    return MADE.computeIfAbsent(name.text(), text -> new Refusal(name));
  }

  ErrorName name() {
    return name;
  }
}
