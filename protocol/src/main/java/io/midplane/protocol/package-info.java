/**
 * What crosses a process: shared values, the northbound protocol of a node, and its client. No
 * Akka.
 *
 * <p>Start at {@link io.midplane.protocol.MidplaneClient}; what it sends and returns are {@link
 * io.midplane.protocol.Row rows}. The other end of the connection, in the node, uses {@link
 * io.midplane.protocol.FrameDecoder}, {@link io.midplane.protocol.FrameEncoder}, {@link
 * io.midplane.protocol.ValueCodec} and {@link io.midplane.protocol.FailureCodec}. Generated
 * messages are in {@code .value.v1} and {@code .northbound.v1}.
 */
@NullMarked
package io.midplane.protocol;

import org.jspecify.annotations.NullMarked;
