/**
 * Which frames a port or a reader wants: {@link io.midplane.packet.bpf.BpfProgram}, which the
 * kernel runs on live frames and Midplane's own interpreter on every other.
 */
@NullMarked
package io.midplane.packet.bpf;

import org.jspecify.annotations.NullMarked;
