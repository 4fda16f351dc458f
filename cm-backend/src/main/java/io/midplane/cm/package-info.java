/** Configuration management: tables, agents, contexts, frontends, save and load. */
@NullMarked
package io.midplane.cm;

import org.jspecify.annotations.NullMarked;
