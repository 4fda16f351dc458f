/** Reserved for a subsystem that is not built yet: Journal, snapshots, revision history. */
@NullMarked
package io.midplane.persistence;

import org.jspecify.annotations.NullMarked;
