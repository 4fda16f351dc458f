/**
 * Configuration management: start at {@link io.midplane.cm.Configuration} to use tables, and at
 * {@link io.midplane.cm.CmAgent} to own some.
 *
 * <p>The numbered rules are in {@code docs/behaviours/cm.md}.
 */
@NullMarked
package io.midplane.cm;

import org.jspecify.annotations.NullMarked;
