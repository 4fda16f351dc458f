package io.midplane.packet;

import org.junit.jupiter.api.Tag;

/** Ports of Linux, in namespaces. */
@Tag("netns")
class LinuxPortTest extends PortContract {

  @Override
  Wiring wire() {
    return new LinuxWiring();
  }
}
