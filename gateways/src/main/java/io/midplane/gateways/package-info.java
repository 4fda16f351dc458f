/**
 * Reserved for a subsystem that is not built yet: Remote interpreters: workers, gateways, channels,
 * groups, rsync.
 */
@NullMarked
package io.midplane.gateways;

import org.jspecify.annotations.NullMarked;
