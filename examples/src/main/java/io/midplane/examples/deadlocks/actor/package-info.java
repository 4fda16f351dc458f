/** The one example that writes an actor of its own: {@link ImpatientActor}. */
@NullMarked
package io.midplane.examples.deadlocks.actor;

import org.jspecify.annotations.NullMarked;
