/**
 * The figures of the project and the program that measures them: start at {@link
 * io.midplane.benchmarks.BenchCommands}. A {@link io.midplane.benchmarks.Suite} holds the cases of
 * one subsystem; a {@link io.midplane.benchmarks.Case} measures one figure, beside a peer where
 * there is one. {@code docs/benchmarks.md} has the targets and what was measured.
 */
@NullMarked
package io.midplane.benchmarks;

import org.jspecify.annotations.NullMarked;
