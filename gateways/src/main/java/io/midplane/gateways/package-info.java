/**
 * Remote interpreters: start at {@link io.midplane.gateways.Group}, which makes {@link
 * io.midplane.gateways.Gateway}s of specs. Code that runs there, and code here, talk through {@link
 * io.midplane.gateways.worker.Channel}s.
 */
@NullMarked
package io.midplane.gateways;

import org.jspecify.annotations.NullMarked;
