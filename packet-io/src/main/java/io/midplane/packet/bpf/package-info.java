/**
 * Which frames a port or a reader wants. Start at {@link io.midplane.packet.bpf.Filter}: an
 * expression in the language of tcpdump, or a tree built in code, and from either a {@link
 * io.midplane.packet.bpf.BpfProgram} that the kernel runs on live frames and Midplane's own
 * interpreter on every other.
 */
@NullMarked
package io.midplane.packet.bpf;

import org.jspecify.annotations.NullMarked;
