package io.midplane.packet;

import org.junit.jupiter.api.DisplayName;

/** Credits, counters and ends of ports in memory. */
@DisplayName("41: credits, counters and ends in memory")
class SegmentFlowTest extends FlowContract {

  @Override
  Wiring wire() {
    return new MemoryWiring();
  }
}
