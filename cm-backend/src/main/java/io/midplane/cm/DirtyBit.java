package io.midplane.cm;

import io.midplane.actors.EventBus.Publisher;
import io.midplane.actors.EventId;
import io.midplane.protocol.Row;

/**
 * Whether the running configuration has changed since it was last saved. A save clears what was
 * there when it began, not what came after. Tells the event bus of each change. Thread-safe.
 */
final class DirtyBit {

  static final EventId EVENT = EventId.of("config", "dirty");

  private final Publisher events;
  private long changes;
  private long saved;

  DirtyBit(Publisher events) {
    this.events = events;
  }

  synchronized boolean isOn() {
    return changes != saved;
  }

  /** Something changed. */
  synchronized void touch() {
    boolean wasOn = isOn();
    changes++;
    if (!wasOn) {
      announce();
    }
  }

  /** What a save that begins now will cover. */
  synchronized long mark() {
    return changes;
  }

  /** A save that began at this mark has succeeded. */
  synchronized void saved(long mark) {
    boolean wasOn = isOn();
    saved = mark;
    if (wasOn && !isOn()) {
      announce();
    }
  }

  private void announce() {
    events.publish(EVENT, Row.of("dirty", isOn()));
  }
}
