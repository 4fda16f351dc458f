/**
 * Protocols as records over bytes. Start at {@link io.midplane.packet.codec.Packets}, which takes a
 * frame apart, or at the record of a protocol: each has a {@code decode} and an {@code encode}.
 * Nothing here throws anything but {@link io.midplane.packet.codec.CodecException}, whatever the
 * bytes; what was decoded is encoded to the same bytes again.
 */
@NullMarked
package io.midplane.packet.codec;

import org.jspecify.annotations.NullMarked;
