package io.midplane.protocol;

import java.time.Instant;

/**
 * A configuration saved in a node's data folder. Immutable.
 *
 * @param name a process name ({@link ProcessName})
 * @param selected whether a restart loads it
 * @param saved when it was saved
 * @param bytes the size of its file
 */
public record SavedConfiguration(String name, boolean selected, Instant saved, long bytes) {}
