/**
 * The bytes of XenStore: messages and their incremental decoder, texts, error names, paths,
 * permissions, and the byte connections they travel on. Client and server both stand on it; start
 * with {@link io.midplane.xenstore.wire.Message}.
 */
@NullMarked
package io.midplane.xenstore.wire;

import org.jspecify.annotations.NullMarked;
