/**
 * Frames in and out. Start at {@link io.midplane.packet.PacketPort}: an interface of this machine,
 * or a port in memory that is used alike. In a runtime a port is an actor, {@code
 * io.midplane.packet.actor.PacketIo}; this package and those below it but {@code actor} work
 * without one.
 */
@NullMarked
package io.midplane.packet;

import org.jspecify.annotations.NullMarked;
