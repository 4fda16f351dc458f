/**
 * Tests of code that runs on Midplane: start at {@link io.midplane.testkit.MidplaneTest}.
 *
 * <p>The task by task description is in {@code docs/howto/test-an-agent.md}.
 */
@NullMarked
package io.midplane.testkit;

import org.jspecify.annotations.NullMarked;
