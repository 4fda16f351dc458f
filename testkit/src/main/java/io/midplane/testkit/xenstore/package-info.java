/**
 * XenStore servers under test, ours and the two real daemons, and clients that speak bytes: start
 * at {@link io.midplane.testkit.xenstore.XenStoreDaemon}.
 *
 * <p>Nothing here uses the code under test: messages are put together and taken apart by {@link
 * io.midplane.testkit.xenstore.RawConnection} itself.
 */
@NullMarked
package io.midplane.testkit.xenstore;

import org.jspecify.annotations.NullMarked;
