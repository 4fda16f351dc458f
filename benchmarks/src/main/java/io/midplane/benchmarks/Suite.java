package io.midplane.benchmarks;

import java.util.List;

/** The cases of one subsystem. */
record Suite(String name, String about, List<Case> cases) {}
