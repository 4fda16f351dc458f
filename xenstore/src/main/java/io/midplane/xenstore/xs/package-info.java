/**
 * The methods of {@code xen.lowlevel.xs}, the Python binding of libxenstore, for programs that are
 * moved over: {@link io.midplane.xenstore.xs.Xs}.
 */
@NullMarked
package io.midplane.xenstore.xs;

import org.jspecify.annotations.NullMarked;
