package io.midplane.cm;

import io.midplane.actors.Midplane;
import org.slf4j.Logger;

/** One event of an agent's life with its configuration, as the agent sees it. */
public final class CmEvent {

  private final Midplane midplane;
  private final boolean async;
  private final Runnable ready;
  private final Logger log;

  CmEvent(Midplane midplane, boolean async, Runnable ready, Logger log) {
    this.midplane = midplane;
    this.async = async;
    this.ready = ready;
    this.log = log;
  }

  /** The runtime, for calls to other agents; blocking ones only if {@link #isAsync()}. */
  public Midplane midplane() {
    return midplane;
  }

  /** Whether the event may block: exactly when a synchronous call in it would not be refused. */
  public boolean isAsync() {
    return async;
  }

  /**
   * Says that the agent serves from now on. May be called later and from any thread; before the
   * configuration is loaded it takes effect once it is. Does not block.
   */
  public void ready() {
    ready.run();
  }

  /** The agent's logger. */
  public Logger log() {
    return log;
  }
}
