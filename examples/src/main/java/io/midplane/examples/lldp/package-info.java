/**
 * A protocol agent: speaks LLDP on the ports that it is told to, and knows who else does. Start at
 * {@link io.midplane.examples.lldp.LldpAgent}; {@code docs/tutorial/protocol-agent.md} grows it
 * step by step.
 */
@NullMarked
package io.midplane.examples.lldp;

import org.jspecify.annotations.NullMarked;
