/** The Blocking gate and the deadlock detector: who may wait, and who waits for whom. JDK only. */
@NullMarked
package io.midplane.calls;

import org.jspecify.annotations.NullMarked;
