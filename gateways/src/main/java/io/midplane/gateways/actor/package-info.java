/**
 * Gateways and channels as actors of a runtime: start at {@link
 * io.midplane.gateways.actor.GatewayActors}. The actors stand on the same cores as the blocking
 * face.
 */
@NullMarked
package io.midplane.gateways.actor;

import org.jspecify.annotations.NullMarked;
