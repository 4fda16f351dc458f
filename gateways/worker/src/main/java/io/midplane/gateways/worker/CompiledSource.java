package io.midplane.gateways.worker;

import java.util.Map;

/**
 * What came of a source text.
 *
 * @param mainClass the class whose {@code main(Channel)} is to run
 * @param classes all of them by name
 */
public record CompiledSource(String mainClass, Map<String, byte[]> classes) {}
