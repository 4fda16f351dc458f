/**
 * The embedded XenStore server: the real protocol over a Unix socket and in process. Start at
 * {@link io.midplane.xenstore.server.XenStoreServer}.
 *
 * <p>One thread owns everything that changes; the tree is immutable, so that snapshots cost
 * nothing. What it promises is numbered in {@code docs/behaviours/xenstore-server.md}, what it
 * chose and where it ends in {@code docs/explanation/xenstore-server.md}.
 */
@NullMarked
package io.midplane.xenstore.server;

import org.jspecify.annotations.NullMarked;
