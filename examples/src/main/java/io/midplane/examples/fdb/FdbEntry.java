package io.midplane.examples.fdb;

/**
 * One static entry of the forwarding database.
 *
 * @param mac its key, six bytes in hexadecimal with colons
 * @param vlan name of a VLAN that exists
 * @param port where frames to this address go
 */
public record FdbEntry(String mac, String vlan, String port) {}
