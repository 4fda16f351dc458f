/** Reserved for a subsystem that is not built yet: XenStore: client, monitor, embedded server. */
@NullMarked
package io.midplane.xenstore;

import org.jspecify.annotations.NullMarked;
