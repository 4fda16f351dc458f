package io.midplane.gateways;

/**
 * What a worker says of itself now.
 *
 * @param channels how many channels it has
 * @param executing how many tasks run
 * @param model its execution model
 */
public record RemoteStatus(int channels, int executing, String model) {}
