/**
 * The far end of a gateway: takes code, runs it, and lets it talk through channels. Start at {@link
 * io.midplane.gateways.worker.Worker}; code that runs there sees {@link
 * io.midplane.gateways.worker.Channel}. Both ends of a gateway stand on {@link
 * io.midplane.gateways.worker.Link}.
 *
 * <p>Needs the JDK and nothing else, since it travels to other machines.
 */
@NullMarked
package io.midplane.gateways.worker;

import org.jspecify.annotations.NullMarked;
