/**
 * The runtime: start at {@link io.midplane.actors.Midplane}.
 *
 * <p>Agents plug in as {@link io.midplane.actors.Agent}s, request handlers as {@link
 * io.midplane.actors.Service}s, plain actors with {@link io.midplane.actors.Midplane#spawnActor};
 * what happens is told on the {@link io.midplane.actors.EventBus}.
 */
@NullMarked
package io.midplane.actors;

import org.jspecify.annotations.NullMarked;
