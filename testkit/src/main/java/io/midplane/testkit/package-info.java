/** JUnit 5 extension, probes and contract kits for code that runs on Midplane. */
@NullMarked
package io.midplane.testkit;

import org.jspecify.annotations.NullMarked;
