package io.midplane.xenstore.server;

/**
 * What a server has counted.
 *
 * @param connections how many are open
 * @param requests how many requests it performed
 * @param conflicts how many commits failed because of somebody else's change
 * @param droppedEvents how many events were too long for a message
 */
public record ServerStatistics(
    int connections, long requests, long conflicts, long droppedEvents) {}
