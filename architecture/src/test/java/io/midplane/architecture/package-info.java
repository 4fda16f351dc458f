/**
 * Keeps the rules of the house. Start at {@link io.midplane.architecture.House}: its rules are
 * checked over every module by {@code HouseTest} and shown to fail by {@code PlantedBreachTest}.
 */
package io.midplane.architecture;
