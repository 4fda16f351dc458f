package io.midplane.packet;

import org.junit.jupiter.api.Tag;

/** Credits and counters of ports of Linux, in namespaces. */
@Tag("netns")
class LinuxCreditTest extends CreditContract {

  @Override
  Wiring wire() {
    return new LinuxWiring();
  }
}
