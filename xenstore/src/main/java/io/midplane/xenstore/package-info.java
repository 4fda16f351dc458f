/**
 * XenStore: the client and what it offers; start with {@link io.midplane.xenstore.XenStore}. The
 * bytes are in {@code io.midplane.xenstore.wire}, the server in {@code
 * io.midplane.xenstore.server}, the actors in {@code io.midplane.xenstore.actor}, the methods of
 * the C binding in {@code io.midplane.xenstore.xs}.
 */
@NullMarked
package io.midplane.xenstore;

import org.jspecify.annotations.NullMarked;
