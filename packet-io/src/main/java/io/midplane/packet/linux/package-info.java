/**
 * Interfaces of Linux, through packet sockets and the JDK's foreign-function interface. Start at
 * {@link io.midplane.packet.linux.LinuxLink}; each has a thread of its own that reads the rings and
 * never runs code that may block.
 */
@NullMarked
package io.midplane.packet.linux;

import org.jspecify.annotations.NullMarked;
