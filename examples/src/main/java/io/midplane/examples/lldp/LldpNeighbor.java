package io.midplane.examples.lldp;

/**
 * Somebody who speaks LLDP at the other end of a port.
 *
 * @param port the port here
 * @param chassis the neighbour's chassis
 * @param neighborPort the neighbour's port
 * @param systemName what it is called; empty if it does not say
 * @param portDescription what it calls its port; empty if it does not say
 * @param management where it is managed; empty if it does not say
 * @param vlan the VLAN of its untagged frames; 0 if it does not say
 * @param ttl for how many seconds it is remembered
 */
// snippet: neighbor
public record LldpNeighbor(
    String port,
    String chassis,
    String neighborPort,
    String systemName,
    String portDescription,
    String management,
    int vlan,
    int ttl) {}
// end
