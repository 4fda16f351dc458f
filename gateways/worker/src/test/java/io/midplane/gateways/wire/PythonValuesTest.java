package io.midplane.gateways.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.midplane.gateways.worker.Execnet;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Values back and forth between here and Python's own execnet. {@code -Dmidplane.gateways.values=}
 * says how many random ones.
 */
@Tag("peer")
class PythonValuesTest {
  private static final int VALUES = Integer.getInteger("midplane.gateways.values", 2_000);

  /** Loads what comes and dumps it again. */
  private static final String ECHO =
      """
      while True:
          give(execnet.dumps(execnet.loads(take())))
      """;

  @ParameterizedTest
  @EnumSource
  @DisplayName("G14: the recorded bytes are those that execnet writes")
  void shouldHaveRecordedWhatExecnetWrites(Execnet execnet) throws Exception {
    String evaluate =
        """
        while True:
            give(execnet.dumps(eval(take().decode())))
        """;
    try (PythonPeer python = PythonPeer.start(execnet, evaluate)) {
      for (Golden golden : Golden.all()) {
        python.give(golden.python().getBytes(StandardCharsets.UTF_8));
        assertThat(python.take())
            .as(golden.python())
            .isEqualTo(golden.withVersion(execnet.dumps()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("G14: random values that we write are read by execnet and come back the same")
  void shouldBeReadByExecnet(Execnet execnet) throws Exception {
    long seed = Long.getLong("midplane.gateways.seed", System.nanoTime());
    System.out.println("seed: " + seed);
    RandomValues values = new RandomValues(new Random(seed));
    try (PythonPeer python = PythonPeer.start(execnet, ECHO)) {
      for (int i = 0; i < VALUES; i++) {
        byte[] ours =
            Values.dumps(values.next(), DumpSettings.defaults().withVersion(execnet.dumps()));
        python.give(ours);
        byte[] theirs = python.take();

        assertThat(sorted(theirs))
            .as("seed %d, value %d: %s", seed, i, HexFormat.of().formatHex(ours))
            .isEqualTo(sorted(ours));
      }
    }
  }

  /** The bytes once more, with the members of each set in the order of their own bytes. */
  private static byte[] sorted(byte[] bytes) {
    return Values.dumps(sorted(Values.loads(bytes)));
  }

  private static Object sorted(Object value) {
    return switch (value) {
      case List<?> list -> sortedAll(list);
      case Tuple tuple -> Tuple.copyOf(sortedAll(tuple));
      case FrozenSet set -> FrozenSet.copyOf(inOrder(set));
      case ValueSet set -> ValueSet.copyOf(inOrder(set));
      case Dict dict -> {
        Dict sorted = new Dict();
        dict.forEach((key, inner) -> sorted.put(sorted(key), sorted(inner)));
        yield sorted;
      }
      case null, default -> value;
    };
  }

  private static List<Object> sortedAll(Iterable<?> values) {
    List<Object> sorted = new ArrayList<>();
    values.forEach(value -> sorted.add(sorted(value)));
    return sorted;
  }

  private static List<Object> inOrder(Iterable<?> members) {
    List<Object> sorted = sortedAll(members);
    sorted.sort(Comparator.comparing(Values::dumps, Arrays::compare));
    return sorted;
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("G14: random values that execnet writes are read here and written the same")
  void shouldReadWhatExecnetWrites(Execnet execnet) throws Exception {
    long seed = Long.getLong("midplane.gateways.seed", System.nanoTime()) & 0xFFFF_FFFFL;
    System.out.println("seed: " + seed);
    try (PythonPeer python = PythonPeer.start(execnet, RANDOM.formatted(seed))) {
      for (int i = 0; i < VALUES; i++) {
        byte[] theirs = python.take();
        byte[] ours =
            Values.dumps(
                Values.loads(theirs), DumpSettings.defaults().withVersion(execnet.dumps()));

        assertThat(ours).as("seed %d, value %d", seed, i).isEqualTo(theirs);
      }
    }
  }

  private static final String RANDOM =
      """
      r = random.Random(%d)
      def atom():
          return r.choice([
              lambda: None, lambda: True, lambda: False,
              lambda: r.randint(-2**31, 2**31 - 1), lambda: r.randint(2**31, 2**80),
              lambda: r.gauss(0, 1e9), lambda: float('nan'), lambda: float('-inf'), lambda: -0.0,
              lambda: complex(r.random(), -r.random()),
              lambda: ''.join(chr(r.choice([r.randint(0, 127), r.randint(128, 0xd7ff), r.randint(0x10000, 0x10ffff)]))
                              for _ in range(r.randint(0, 12))),
              lambda: bytes(r.randint(0, 255) for _ in range(r.randint(0, 12))),
          ])()
      def key(depth):
          kind = r.randint(0, 9)
          if kind == 0 and depth > 0:
              return tuple(key(depth - 1) for _ in range(r.randint(0, 3)))
          if kind == 1 and depth > 0:
              return frozenset(key(depth - 1) for _ in range(r.randint(0, 3)))
          return atom()
      def value(depth):
          kind = r.randint(0, 9) if depth > 0 else 9
          n = r.randint(0, 4)
          if kind < 2:
              return [value(depth - 1) for _ in range(n)]
          if kind == 2:
              return tuple(value(depth - 1) for _ in range(n))
          if kind < 5:
              return {key(2): value(depth - 1) for _ in range(n)}
          if kind == 5:
              return set(key(2) for _ in range(n))
          if kind == 6:
              return frozenset(key(2) for _ in range(n))
          return atom()
      while True:
          give(execnet.dumps(value(6)))
      """;

  @ParameterizedTest
  @EnumSource
  @DisplayName("G15: integers at the edges, by way of execnet; it reads what it cannot write")
  void shouldCarryIntegersThroughExecnet(Execnet execnet) throws Exception {
    String text =
        """
        while True:
            give(repr(execnet.loads(take())).encode())
        """;
    try (PythonPeer python = PythonPeer.start(execnet, text)) {
      for (BigInteger edge :
          List.of(
              BigInteger.TWO.pow(31).subtract(BigInteger.ONE),
              BigInteger.TWO.pow(31),
              BigInteger.TWO.pow(31).negate(),
              BigInteger.TWO.pow(31).negate().subtract(BigInteger.ONE),
              BigInteger.TEN.pow(30),
              BigInteger.TEN.pow(30).negate())) {
        python.give(Values.dumps(edge, DumpSettings.defaults().withVersion(execnet.dumps())));
        assertThat(new String(python.take(), StandardCharsets.US_ASCII)).isEqualTo(edge.toString());
      }
    }
  }

  @Test
  @DisplayName("G18: each execnet loads dumps of its own version alone")
  void shouldKnowWhichVersionIsTaken() throws Exception {
    String kind =
        """
        while True:
            try:
                give(repr(execnet.loads(take())).encode())
            except Exception as error:
                give(str(error).encode())
        """;
    byte[] first = Values.dumps(7, DumpSettings.defaults().withVersion(1));
    byte[] second = Values.dumps(7, DumpSettings.defaults().withVersion(2));

    assertThat(answers(Execnet.INSTALLED, kind, first, second))
        .containsExactly("7", "wrong dumpformat version b'\\x02'");
    assertThat(answers(Execnet.TWO, kind, first, second))
        .containsExactly("wrong dumpformat version b'\\x01'", "7");
  }

  private static List<String> answers(Execnet execnet, String script, byte[]... questions)
      throws Exception {
    List<String> answers = new ArrayList<>();
    try (PythonPeer python = PythonPeer.start(execnet, script)) {
      for (byte[] question : questions) {
        python.give(question);
        answers.add(new String(python.take(), StandardCharsets.US_ASCII));
      }
    }
    return answers;
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("G17: strings under the four settings, as execnet treats them")
  void shouldTreatStringsAsExecnetDoes(Execnet execnet) throws Exception {
    String kind =
        """
        for py2 in (False, True):
            for py3 in (False, True):
                data = take()
                give(type(execnet.loads(data, py2str_as_py3str=py2, py3str_as_py2str=py3)).__name__.encode())
        """;
    for (byte opcode : new byte[] {Op.PY2_STRING, Op.UNICODE, Op.BYTES}) {
      byte[] written = {(byte) execnet.dumps(), opcode, 0, 0, 0, 1, 'a', Op.STOP};
      try (PythonPeer python = PythonPeer.start(execnet, kind)) {
        for (boolean py2 : new boolean[] {false, true}) {
          for (boolean py3 : new boolean[] {false, true}) {
            python.give(written);
            Object ours =
                Values.loads(
                    written, LoadSettings.defaults().withStrings(new StringCoercion(py2, py3)));
            assertThat(ours instanceof Bytes ? "bytes" : "str")
                .isEqualTo(new String(python.take(), StandardCharsets.US_ASCII));
          }
        }
      }
    }
  }
}
