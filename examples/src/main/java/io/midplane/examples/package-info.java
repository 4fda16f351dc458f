/** Agents and scripts that run as they are. */
@NullMarked
package io.midplane.examples;

import org.jspecify.annotations.NullMarked;
