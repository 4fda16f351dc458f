/** The {@code demo} command. */
@NullMarked
package io.midplane.examples.demo;

import org.jspecify.annotations.NullMarked;
