package io.midplane.xenstore.xs;

/**
 * An entry in a list of permissions, as the C binding has it.
 *
 * @param dom the domain
 * @param read whether it may read
 * @param write whether it may write
 */
public record XsPermission(int dom, boolean read, boolean write) {}
