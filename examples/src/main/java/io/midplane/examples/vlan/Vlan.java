package io.midplane.examples.vlan;

import java.util.List;

/**
 * One virtual LAN.
 *
 * @param name its key
 * @param id 1 to 4094, no two alike
 * @param ports its member ports, in words of the device
 * @param description free text
 */
// snippet: record
public record Vlan(String name, int id, List<String> ports, String description) {}
// end
