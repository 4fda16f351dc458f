/** An agent with one persistent table. */
@NullMarked
package io.midplane.examples.vlan;

import org.jspecify.annotations.NullMarked;
