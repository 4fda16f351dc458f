package io.midplane.packet;

import org.junit.jupiter.api.DisplayName;

/** Ports in memory keep the same rules. */
@DisplayName("41: ports in memory")
class SegmentPortTest extends PortContract {

  @Override
  Wiring wire() {
    return new MemoryWiring();
  }
}
