/** The runtime itself: lifecycle, agents, Runner, process states, event bus, serializers. */
@NullMarked
package io.midplane.actors;

import org.jspecify.annotations.NullMarked;
