package io.midplane.examples.lldp;

/**
 * A port that speaks LLDP.
 *
 * @param name name of the interface
 * @param enabled whether it speaks and listens now
 * @param interval seconds between two messages
 * @param hold for how many intervals others are to remember what it said
 */
// snippet: port
public record LldpPort(String name, boolean enabled, int interval, int hold) {}
// end
