/**
 * XenStore: client, monitor, embedded server. The bytes are in {@code io.midplane.xenstore.wire},
 * the server in {@code io.midplane.xenstore.server}.
 */
@NullMarked
package io.midplane.xenstore;

import org.jspecify.annotations.NullMarked;
