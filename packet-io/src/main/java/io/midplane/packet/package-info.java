/**
 * Reserved for a subsystem that is not built yet: Raw frames in and out of Linux interfaces,
 * filters, capture files, codecs.
 */
@NullMarked
package io.midplane.packet;

import org.jspecify.annotations.NullMarked;
