/**
 * What a packet port stands on: a way to frames, be it the kernel's or one in memory. Start at
 * {@link io.midplane.packet.link.Link}; users of ports meet {@link
 * io.midplane.packet.link.CaptureSettings} and {@link io.midplane.packet.link.SendResult} only.
 */
@NullMarked
package io.midplane.packet.link;

import org.jspecify.annotations.NullMarked;
