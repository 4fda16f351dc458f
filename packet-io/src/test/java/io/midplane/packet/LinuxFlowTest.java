package io.midplane.packet;

import org.junit.jupiter.api.Tag;

/** Credits, counters and ends of ports of Linux, in namespaces. */
@Tag("netns")
class LinuxFlowTest extends FlowContract {

  @Override
  Wiring wire() {
    return new LinuxWiring();
  }
}
