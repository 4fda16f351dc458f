package io.midplane.benchmarks;

import java.util.List;

/** One figure: what it is, what it should be, and how it is measured. */
interface Case {

  /** Its name within the suite. */
  String name();

  /** What is measured, in a line. */
  String about();

  /** What it should be, with the unit; what the peer is. */
  String target();

  /** Measures it. Blocks: yes, for seconds. */
  List<Measurement> measure(Effort effort) throws Exception;
}
