/** The runtime inside a program of one's own. */
@NullMarked
package io.midplane.examples.embedding;

import org.jspecify.annotations.NullMarked;
