/**
 * XenStore in a runtime: the connection and each watch are actors, with {@link
 * io.midplane.xenstore.actor.XenStoreProtocol} and {@link
 * io.midplane.xenstore.actor.WatchProtocol}. Start with {@link
 * io.midplane.xenstore.actor.XenStoreActors}.
 */
@NullMarked
package io.midplane.xenstore.actor;

import org.jspecify.annotations.NullMarked;
