package io.midplane.packet;

import org.junit.jupiter.api.DisplayName;

/** Readers of single interfaces, in memory. */
@DisplayName("41: readers of single interfaces in memory")
class SegmentAnyTest extends AnyContract {

  @Override
  Wiring wire() {
    return new MemoryWiring();
  }
}
