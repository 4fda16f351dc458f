/**
 * What crosses between the two ends of a gateway, byte for byte as execnet has it: frames, and the
 * values in them. Start at {@link io.midplane.gateways.wire.Values}.
 *
 * <p>Needs the JDK and nothing else, since it travels to other machines with the worker.
 */
@NullMarked
package io.midplane.gateways.wire;

import org.jspecify.annotations.NullMarked;
