package io.midplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.packet.bpf.BpfProgram;
import io.midplane.packet.bpf.Expressions;
import io.midplane.packet.bpf.Filter;
import io.midplane.packet.bpf.RandomFrames;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import io.midplane.packet.link.CaptureSettings;
import io.midplane.packet.link.FrameFacts;
import io.midplane.packet.link.SendResult;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kernel's own interpreter and ours, on the same frames. */
@Tag("netns")
class KernelFilterTest {
  private static final int FRAMES = 10_000;
  private static final int AT_ONCE = 500;
  private static final int PROGRAMS_AT_ONCE = 12;
  private static final CaptureSettings SETTINGS =
      CaptureSettings.defaults().withRingBytes(4 << 20).withCredits(64);

  @AutoClose private final LinuxWiring wiring = new LinuxWiring();

  private static List<FrameBatch> frames(long seed) {
    var random = new RandomFrames(seed);
    List<FrameBatch> batches = new ArrayList<>();
    for (int i = 0; i < FRAMES; i += AT_ONCE) {
      batches.add(
          FrameBatch.of(
              Stream.generate(random::next)
                  .filter(KernelFilterTest::isTakenByTheKernel)
                  .limit(AT_ONCE)
                  .map(Frame::of)
                  .toList()));
    }
    return batches;
  }

  /** A frame that ends within its tag is dropped before any socket sees it. */
  private static boolean isTakenByTheKernel(byte[] frame) {
    return frame.length >= 22;
  }

  private static List<String> bytes(Stream<Frame> frames) {
    return frames.map(frame -> HexFormat.of().formatHex(frame.wire())).toList();
  }

  @Test
  @DisplayName("16: the interpreter agrees with the kernel on 10,000 frames for every expression")
  void shouldAgreeWithTheKernel() {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed " + seed);
    List<FrameBatch> sent = frames(seed);
    List<String> expressions = Expressions.ALL;
    assertThat(expressions).hasSizeGreaterThan(50);
    try (var left = wiring.left(PortOptions.defaults());
        var right = wiring.right(PortOptions.defaults())) {
      for (int from = 0; from < expressions.size(); from += PROGRAMS_AT_ONCE) {
        int to = Math.min(expressions.size(), from + PROGRAMS_AT_ONCE);
        compare(left, right, sent, expressions.subList(from, to));
      }
    }
  }

  private static void compare(
      PacketPort left, PacketPort right, List<FrameBatch> sent, List<String> expressions) {
    Map<String, BpfProgram> programs = new LinkedHashMap<>();
    expressions.forEach(text -> programs.put(text, Filter.parse(text).program()));
    Map<String, SinkProbe> kernel = new LinkedHashMap<>();
    programs.forEach((text, program) -> kernel.put(text, capture(right, program)));
    SinkProbe all = capture(right, BpfProgram.all());

    long count = 0;
    for (FrameBatch batch : sent) {
      assertThat(left.send(batch)).containsOnly(SendResult.SENT);
      count += batch.size();
      all.awaitFrames(count);
    }

    List<Frame> seen = all.framesFrom(0);
    assertThat(seen).hasSize(FRAMES);
    programs.forEach((text, program) -> {
      List<String> ours = bytes(seen.stream().filter(frame -> FrameFacts.wants(program, frame)));
      Awaitility.await("frames of \"" + text + "\"")
          .atMost(PortContract.LONG)
          .until(() -> kernel.get(text).frames() >= ours.size());
      assertThat(bytes(kernel.get(text).framesFrom(0).stream())).as(text).isEqualTo(ours);
    });
    kernel.values().forEach(SinkProbe::end);
    all.end();
  }

  private static SinkProbe capture(PacketPort port, BpfProgram program) {
    var probe = new SinkProbe();
    probe.acknowledgeAllTo(port.subscribe(program, SETTINGS, probe).join());
    return probe;
  }
}
