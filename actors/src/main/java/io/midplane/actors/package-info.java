/**
 * The runtime: start at {@link io.midplane.actors.Midplane}.
 *
 * <p>Agents plug in as {@link io.midplane.actors.Agent}s, request handlers as {@link
 * io.midplane.actors.Service}s, plain actors with {@link io.midplane.actors.Midplane#spawnActor};
 * {@link io.midplane.actors.Runner} runs a program's main beside them. What happens is told on the
 * {@link io.midplane.actors.EventBus}; {@link io.midplane.actors.ThreadMonitor} watches threads and
 * pools; {@link io.midplane.actors.WireMessage}s cross to other actor systems. Settings are in
 * {@link io.midplane.actors.MidplaneSettings}.
 */
@NullMarked
package io.midplane.actors;

import org.jspecify.annotations.NullMarked;
