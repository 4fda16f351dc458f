package io.midplane.actors;

import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.actor.typed.SupervisorStrategy;
import org.jspecify.annotations.Nullable;

/**
 * How an actor is started. Immutable; each method answers a changed copy.
 *
 * @param props dispatcher and mailbox
 * @param supervision what to do when it fails; null to stop it
 */
public record SpawnOptions(Props props, @Nullable SupervisorStrategy supervision) {

  private static final String VIRTUAL_DISPATCHER = "midplane.virtual-dispatcher";

  /** Default dispatcher and mailbox; stopped when it fails. */
  public static SpawnOptions defaults() {
    return new SpawnOptions(Props.empty(), null);
  }

  /** On virtual threads: a slow actor then holds up nobody but its own callers. */
  public SpawnOptions onVirtualThreads() {
    return props(DispatcherSelector.fromConfig(VIRTUAL_DISPATCHER));
  }

  /** With another dispatcher or mailbox. */
  public SpawnOptions props(Props props) {
    return new SpawnOptions(props, supervision);
  }

  /**
   * With supervision by the runtime. A restart then ends, at once, the calls that the failed
   * instance had taken; calls still in its mailbox are served by the next one. The call whose
   * handler threw ends at once in any case. Restarts by a supervisor inside the behaviour itself
   * are not seen.
   */
  public SpawnOptions supervision(SupervisorStrategy strategy) {
    return new SpawnOptions(props, strategy);
  }
}
