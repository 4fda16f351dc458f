package io.midplane.gateways.rsync;

import io.midplane.gateways.worker.Channel;

/**
 * Where to: a channel of a receiver, the folder there, and whether what is not in the source goes.
 */
record Target(String name, Channel channel, String folder, boolean deletes) {}
