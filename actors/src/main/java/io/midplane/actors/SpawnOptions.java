package io.midplane.actors;

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

  /** Default dispatcher and mailbox; stopped when it fails. */
  public static SpawnOptions defaults() {
    return new SpawnOptions(Props.empty(), null);
  }

  /** With another dispatcher or mailbox, for instance {@code DispatcherSelector.blocking()}. */
  public SpawnOptions props(Props props) {
    return new SpawnOptions(props, supervision);
  }

  /**
   * With supervision by the runtime. A restart then ends, at once, the calls that the failed
   * instance had taken; calls still in its mailbox are served by the next one. Restarts by a
   * supervisor inside the behaviour itself are not seen.
   */
  public SpawnOptions supervision(SupervisorStrategy strategy) {
    return new SpawnOptions(props, strategy);
  }
}
