package io.midplane.packet;

import org.junit.jupiter.api.DisplayName;

/** Filters at run time and ends of ports in memory. */
@DisplayName("41: filters at run time and ends in memory")
class SegmentFlowTest extends FlowContract {

  @Override
  Wiring wire() {
    return new MemoryWiring();
  }
}
