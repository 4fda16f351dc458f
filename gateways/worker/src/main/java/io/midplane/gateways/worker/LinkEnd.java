package io.midplane.gateways.worker;

import io.midplane.calls.MidplaneException;
import org.jspecify.annotations.Nullable;

/**
 * How a link ended.
 *
 * @param terminated whether the other side asked for the end
 * @param failure what broke it; null if the stream ended between two frames
 */
public record LinkEnd(boolean terminated, @Nullable MidplaneException failure) {}
