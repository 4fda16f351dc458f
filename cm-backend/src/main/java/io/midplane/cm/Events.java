package io.midplane.cm;

import io.midplane.actors.Midplane;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Fires the events of one agent; what one throws is the agent's failure. */
final class Events {

  /** What happens to an agent's configuration. */
  enum Kind {
    LOAD_START,
    LOAD_COMPLETE,
    GENERATE_DEFAULT,
    SAVE_START,
    SAVE_COMPLETE
  }

  private final Registration registration;
  private final boolean async;
  private final CmEvent event;

  Events(Midplane midplane, Registration registration, boolean async, Runnable ready) {
    this.registration = registration;
    this.async = async;
    this.event = new CmEvent(midplane, async, ready, registration.context().log());
  }

  /** Whether events may block, and so run on a worker. */
  boolean isAsync() {
    return async;
  }

  /** Calls the agent; the answer is what it threw, null if nothing. */
  @Nullable Throwable fire(Kind kind) {
    CmAgent agent = registration.agent();
    try {
      switch (kind) {
        case LOAD_START -> agent.onLoadStart(event);
        case LOAD_COMPLETE -> agent.onLoadComplete(event);
        case GENERATE_DEFAULT -> agent.onGenerateDefault(event);
        case SAVE_START -> agent.onSaveStart(event);
        case SAVE_COMPLETE -> agent.onSaveComplete(event);
      }
      return null;
    } catch (Throwable failure) {
      Logger log = registration.context().log();
      log.error("CM-0101 event {} of agent {} failed", kind, registration.name(), failure);
      registration.context().fail(failure);
      return failure;
    }
  }
}
