package io.midplane.packet;

import org.junit.jupiter.api.DisplayName;

/** Credits and counters of ports in memory. */
@DisplayName("41: credits and counters in memory")
class SegmentCreditTest extends CreditContract {

  @Override
  Wiring wire() {
    return new MemoryWiring();
  }
}
