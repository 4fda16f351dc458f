package io.midplane.cm;

import io.midplane.actors.Agent;
import io.midplane.actors.AgentContext;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * An agent that owns configuration tables. It declares them, and handles what is asked of them; the
 * runtime loads, saves, checks and routes.
 *
 * <p>A start is either {@link #onLoadStart}, a set for each saved row, {@link #onLoadComplete}; or,
 * if nothing of its is saved, {@link #onGenerateDefault} alone. A save is {@link #onSaveStart}, a
 * walk over each persistent table, {@link #onSaveComplete}. Each event runs alone, between actions,
 * on the agent's actor unless declared {@linkplain Declaration#asyncEvents async}; what one throws
 * is the agent's failure. The rules are numbered in {@code docs/behaviours/cm.md}.
 */
public abstract class CmAgent implements Agent {

  private final @Nullable ExecutorService pool;

  /** Actions and events that may block run on virtual threads. */
  protected CmAgent() {
    this.pool = null;
  }

  /**
   * Actions and events that may block run on the agent's own executor, which stays the agent's to
   * shut down. A call that needs the last free worker of its own pool is refused.
   */
  protected CmAgent(ExecutorService pool) {
    this.pool = pool;
  }

  /**
   * Says which tables the agent owns and on whom it depends. Runs at each start; must not block.
   */
  protected abstract void declare(Declaration cm);

  /** A saved configuration is about to be loaded: creates the defaults that it is relative to. */
  protected void onLoadStart(CmEvent event) throws Exception {}

  /** The saved configuration is loaded. Unless overridden, the agent is READY. */
  protected void onLoadComplete(CmEvent event) throws Exception {
    event.ready();
  }

  /**
   * Nothing of this agent is saved: creates the defaults. Unless overridden, the agent is READY.
   */
  protected void onGenerateDefault(CmEvent event) throws Exception {
    event.ready();
  }

  /** A save is about to read the tables; until it is complete, sets are refused. */
  protected void onSaveStart(CmEvent event) throws Exception {}

  /** The save is over, successful or not. */
  protected void onSaveComplete(CmEvent event) throws Exception {}

  /** Registers with the configuration; an override does more and calls this. */
  @Override
  public void start(AgentContext context) throws Exception {
    CmBackend.init(context, this);
  }

  /** Its own executor; null for virtual threads. */
  @Nullable ExecutorService pool() {
    return pool;
  }
}
