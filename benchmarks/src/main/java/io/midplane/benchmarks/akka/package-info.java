/**
 * What the figures are compared with where the peer is Akka alone; a package of its own, since the
 * engine is to be seen in few places only. Start at {@link
 * io.midplane.benchmarks.akka.CounterActor}.
 */
@NullMarked
package io.midplane.benchmarks.akka;

import org.jspecify.annotations.NullMarked;
