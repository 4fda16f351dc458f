/**
 * Ports in a runtime: each is an actor with {@link io.midplane.packet.actor.PortProtocol}. Start at
 * {@link io.midplane.packet.actor.PacketIo}.
 */
@NullMarked
package io.midplane.packet.actor;

import org.jspecify.annotations.NullMarked;
