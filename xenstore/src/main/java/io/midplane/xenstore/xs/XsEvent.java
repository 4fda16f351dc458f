package io.midplane.xenstore.xs;

/**
 * An event of a watch, as the C binding has it.
 *
 * @param path what changed
 * @param token the very object given to {@link Xs#watch}
 */
public record XsEvent(String path, Object token) {}
