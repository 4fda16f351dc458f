/** Every kind of call that would deadlock, and what the caller sees instead. */
@NullMarked
package io.midplane.examples.deadlocks;

import org.jspecify.annotations.NullMarked;
