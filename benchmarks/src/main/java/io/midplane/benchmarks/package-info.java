/** Figures of the project, with the commands that make them. */
@NullMarked
package io.midplane.benchmarks;

import org.jspecify.annotations.NullMarked;
