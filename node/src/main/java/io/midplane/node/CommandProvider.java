package io.midplane.node;

import java.util.Map;
import java.util.function.Supplier;

/**
 * Adds commands of another module to the {@code midplane} program; found by {@link
 * java.util.ServiceLoader}. A name of two words, such as {@code packet lldp}, adds a command to the
 * group of the first. A name that the program has already is not replaced.
 */
public interface CommandProvider {

  /** The commands by name, in the order help lists them. */
  Map<String, Supplier<Command>> commands();
}
