package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Readers of single interfaces of Linux, in namespaces. */
@Tag("netns")
class LinuxAnyTest extends AnyContract {

  @Override
  Wiring wire() {
    return new LinuxWiring();
  }

  @Test
  @DisplayName("9: an interface that is removed and made anew is read on")
  void shouldReadAnInterfaceThatIsMadeAnew() {
    var wiring = (LinuxWiring) wiring();
    var probe = new SinkProbe();
    probe.acknowledgeAllTo(read("late", Frames.type(Frames.TYPE), probe));

    for (int i = 1; i <= 5; i++) {
      try (var other = wiring.anotherCable("late")) {
        other.send(Frames.numbered(i, 64));
        probe.awaitFrames(i);
      }
      wiring.namespaces().ip(wiring.rightName(), "link", "delete", "late");
    }

    assertThat(probe.framesFrom(0)).map(Frames::number).isEqualTo(List.of(1, 2, 3, 4, 5));
    assertThat(probe.framesFrom(0)).map(frame -> frame.meta().ifindex()).doesNotHaveDuplicates();
  }
}
