/**
 * Frames and what is known of them: plain values without a way to any interface. Start at {@link
 * io.midplane.packet.frame.FrameBatch}; a single frame is a {@link io.midplane.packet.frame.Frame}.
 */
@NullMarked
package io.midplane.packet.frame;

import org.jspecify.annotations.NullMarked;
