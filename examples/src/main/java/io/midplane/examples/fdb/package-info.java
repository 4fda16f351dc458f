/**
 * An agent whose configuration depends on another agent's, and which asks it while it handles a
 * set.
 */
@NullMarked
package io.midplane.examples.fdb;

import org.jspecify.annotations.NullMarked;
