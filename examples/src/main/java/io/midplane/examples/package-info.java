/**
 * Agents and programs that run as they are; each subpackage is one example. Begin with {@link
 * io.midplane.examples.vlan.VlanAgent}.
 */
@NullMarked
package io.midplane.examples;

import org.jspecify.annotations.NullMarked;
