/**
 * Sends trees of files to workers of gateways, Python or Java ones, only what changed. Begin at
 * {@link io.midplane.gateways.rsync.Rsync}.
 */
@NullMarked
package io.midplane.gateways.rsync;

import org.jspecify.annotations.NullMarked;
