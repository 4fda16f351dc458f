/** The midplane command: daemon, northbound API, command line. */
@NullMarked
package io.midplane.node;

import org.jspecify.annotations.NullMarked;
