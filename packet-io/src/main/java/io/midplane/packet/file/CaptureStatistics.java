package io.midplane.packet.file;

/**
 * What an interface counted during a capture. Immutable.
 *
 * @param received frames that came in, those that were dropped among them
 * @param dropped frames that were lost for want of room
 */
public record CaptureStatistics(long received, long dropped) {}
