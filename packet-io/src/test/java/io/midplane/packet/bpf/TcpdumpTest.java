package io.midplane.packet.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.packet.Peers;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs of ours and of tcpdump want the same frames, for every form of an expression. Its
 * optimizer moves and drops loads, and so changes what becomes of some frames that end early; where
 * tcpdump with and without it disagrees, both answers are right.
 */
@Tag("peer")
class TcpdumpTest {
  private static final int FRAMES = 20_000;

  /** An interface of its own makes tcpdump ask for tags beside the bytes. */
  private static final String LIVE =
      "ip link set lo up && exec tcpdump $2 -i lo -y EN10MB -ddd \"$1\"";

  private static final long SEED = ThreadLocalRandom.current().nextLong();
  private static final List<byte[]> SAMPLES = new ArrayList<>();

  @BeforeAll
  static void makeFrames() {
    Peers.require("tcpdump");
    System.out.println("seed " + SEED);
    RandomFrames frames = new RandomFrames(SEED);
    for (int i = 0; i < FRAMES; i++) {
      SAMPLES.add(frames.next());
    }
  }

  static Stream<String> expressions() {
    return Expressions.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("expressions")
  @DisplayName("16: the file form wants what tcpdump's program wants")
  void shouldWantWhatTcpdumpWantsInFiles(String expression) {
    BpfProgram ours = Filter.parse(expression).fileProgram();
    List<BpfProgram> theirs =
        List.of(
            BpfProgram.parse(Peers.text("tcpdump", "-ddd", "-y", "EN10MB", expression)),
            BpfProgram.parse(Peers.text("tcpdump", "-O", "-ddd", "-y", "EN10MB", expression)));

    for (byte[] frame : SAMPLES) {
      compare(expression, frame, BpfFacts.ofLength(frame.length), ours, theirs);
    }
  }

  @ParameterizedTest
  @MethodSource("expressions")
  @DisplayName("16: the live form wants what tcpdump's program for an interface wants")
  void shouldWantWhatTcpdumpWantsLive(String expression) {
    Peers.requireNamespaces();
    BpfProgram ours = Filter.parse(expression).program();
    List<BpfProgram> theirs =
        List.of(
            BpfProgram.parse(Peers.text("unshare", "-Urn", "sh", "-c", LIVE, "sh", expression, "")),
            BpfProgram.parse(
                Peers.text("unshare", "-Urn", "sh", "-c", LIVE, "sh", expression, "-O")));

    for (byte[] frame : SAMPLES) {
      BpfFacts untagged = BpfFacts.ofLength(frame.length);
      compare(expression, frame, untagged, ours, theirs);
      compare(expression, frame, untagged.withTag(0x8100, 0xa00a), ours, theirs);
      compare(expression, frame, untagged.withTag(0x88a8, 7), ours, theirs);
    }
  }

  @Test
  void shouldNoticeAnotherFilter() {
    BpfProgram theirs = BpfProgram.parse(Peers.text("tcpdump", "-ddd", "-y", "EN10MB", "tcp"));
    BpfProgram ours = Filter.parse("tcp and not port 65535").fileProgram();

    assertThat(SAMPLES).anyMatch(frame -> ours.matches(frame) != theirs.matches(frame));
  }

  private static void compare(
      String expression, byte[] frame, BpfFacts facts, BpfProgram ours, List<BpfProgram> theirs) {
    boolean our = ours.run(frame, 0, frame.length, facts) != 0;
    if (theirs.stream().allMatch(one -> one.run(frame, 0, frame.length, facts) != 0 != our)) {
      throw new AssertionError(
          "%s: ours says %s and tcpdump's the opposite for %s with %s%nours:%n%s%ntcpdump's:%n%s"
              .formatted(
                  expression,
                  our,
                  HexFormat.of().formatHex(frame),
                  facts,
                  ours.toText(),
                  theirs.getFirst().toText()));
    }
  }
}
