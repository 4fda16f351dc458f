/**
 * Links that Midplane itself carries: for tests, for machines without privileges, and to bridge.
 * Start at {@link io.midplane.packet.segment.LoopbackSegment}; {@link
 * io.midplane.packet.segment.PacketBridge} joins ports of any kind.
 */
@NullMarked
package io.midplane.packet.segment;

import org.jspecify.annotations.NullMarked;
