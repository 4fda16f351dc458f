package io.midplane.gateways.worker;

import java.time.Duration;

/**
 * Both ends of a channel wait, and nothing is on its way.
 *
 * @param channel its number
 * @param thread who waits here
 * @param operation what waits here, {@code receive}, {@code waitClose} or {@code send}
 * @param waited how long
 * @param otherOperation what waits at the other end
 * @param otherWaited how long
 * @param likely whether only one thread each has used the two ends so far
 */
public record BothWait(
    int channel,
    String thread,
    String operation,
    Duration waited,
    String otherOperation,
    Duration otherWaited,
    boolean likely) {}
