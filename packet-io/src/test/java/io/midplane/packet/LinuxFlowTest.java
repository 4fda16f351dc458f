package io.midplane.packet;

import org.junit.jupiter.api.Tag;

/** Filters at run time and ends of ports of Linux, in namespaces. */
@Tag("netns")
class LinuxFlowTest extends FlowContract {

  @Override
  Wiring wire() {
    return new LinuxWiring();
  }
}
