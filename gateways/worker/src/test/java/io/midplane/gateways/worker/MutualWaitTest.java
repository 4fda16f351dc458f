package io.midplane.gateways.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two ends, two programs, and frames between them in every order that can be. What the two ends
 * find out is compared with the whole state, which neither of them sees.
 */
class MutualWaitTest {
  private static final int RANDOM_RUNS = 200_000;
  private static final int LONGEST = 7;

  /** What is made wrong on purpose. The first two must do no harm, the search finds the others. */
  private enum Fault {
    NONE,
    /** Notices overtake items, which no stream does: the counts alone suffice. */
    OVERTAKING,
    /** The coordinator's end does not notice that a wait ended and another began. */
    ONE_WAIT_FOR_ALL,
    /** Items that are sent are not counted. */
    UNCOUNTED
  }

  /** S sends, R receives, I receives and may be interrupted. */
  private static final class End {
    private final String program;
    private final MutualWait mutual;
    private final Deque<Object> wire = new ArrayDeque<>();

    /** Notices that a thread of their own has yet to put on the wire. */
    private final Deque<WaitNotice> toTell = new ArrayDeque<>();

    private int next;
    private int inbox;
    private boolean waiting;

    End(String program, boolean asks) {
      this.program = program;
      this.mutual = new MutualWait(asks);
      mutual.confine(1);
    }

    @Override
    public String toString() {
      return next + " " + inbox + waiting + wire + toTell + mutual;
    }

    boolean runs() {
      return next < program.length() && !waiting;
    }

    boolean isInterruptible() {
      return waiting && program.charAt(next) == 'I';
    }
  }

  private static final class World {
    private final Fault fault;
    private final End coordinator;
    private final End worker;
    private boolean stuckDuringTheWait;

    World(String coordinator, String worker, Fault fault) {
      this.fault = fault;
      this.coordinator = new End(coordinator, true);
      this.worker = new End(worker, false);
    }

    /** The truth: both wait, and no item is anywhere. */
    boolean isStuck() {
      return coordinator.waiting
          && worker.waiting
          && coordinator.inbox + worker.inbox == 0
          && items(coordinator) + items(worker) == 0;
    }

    private static long items(End end) {
      return end.wire.stream().filter(frame -> !(frame instanceof WaitNotice)).count();
    }

    private End other(End end) {
      return end == coordinator ? worker : coordinator;
    }

    /** All that can happen next. */
    List<Runnable> steps() {
      List<Runnable> steps = new ArrayList<>();
      for (End end : List.of(coordinator, worker)) {
        if (end.runs()) {
          steps.add(() -> act(end));
        }
        if (end.waiting && end.inbox > 0) {
          steps.add(() -> wakeUp(end, true));
        }
        if (end.isInterruptible()) {
          steps.add(() -> wakeUp(end, false));
        }
        if (!end.wire.isEmpty()) {
          steps.add(() -> arrive(end, end.wire.peek()));
        }
        if (!end.toTell.isEmpty()) {
          steps.add(() -> end.wire.add(end.toTell.remove()));
        }
        if (fault == Fault.OVERTAKING) {
          end.wire.stream()
              .filter(WaitNotice.class::isInstance)
              .findFirst()
              .ifPresent(frame -> steps.add(() -> arrive(end, frame)));
        }
      }
      if (coordinator.mutual.isToAsk()) {
        steps.add(() -> tell(coordinator, coordinator.mutual.ask(0, 0)));
      }
      return steps;
    }

    private void act(End end) {
      if (end.program.charAt(end.next) == 'S') {
        if (fault != Fault.UNCOUNTED) {
          end.mutual.sentOne();
        }
        end.wire.add("item");
        end.next++;
      } else if (end.inbox > 0) {
        end.inbox--;
        end.next++;
      } else {
        end.waiting = true;
        if (end == coordinator) {
          stuckDuringTheWait = false;
        }
        tell(end, end.mutual.begin(false, 0));
      }
    }

    private void wakeUp(End end, boolean withItem) {
      if (fault != Fault.ONE_WAIT_FOR_ALL) {
        end.mutual.end();
      }
      end.waiting = false;
      end.next++;
      end.inbox -= withItem ? 1 : 0;
    }

    private void arrive(End from, Object frame) {
      from.wire.removeFirstOccurrence(frame);
      End to = other(from);
      if (frame instanceof WaitNotice notice) {
        tell(to, to.mutual.hear(WaitNotice.of(notice.payload()), to.inbox == 0, 0));
      } else {
        to.inbox++;
        to.mutual.received(1);
      }
    }

    private static void tell(End end, WaitNotice notice) {
      if (notice != null) {
        end.toTell.add(notice);
      }
    }

    @Override
    public String toString() {
      return coordinator + "|" + worker + stuckDuringTheWait;
    }

    /**
     * Plays one order of events.
     *
     * @param choose which of so many is next
     * @param goOn whether the state that was reached is worth it
     * @return what went wrong; null if nothing did
     */
    String play(IntUnaryOperator choose, Predicate<World> goOn) {
      for (List<Runnable> steps = steps(); !steps.isEmpty(); steps = steps()) {
        steps.get(choose.applyAsInt(steps.size())).run();
        stuckDuringTheWait |= isStuck();
        if (coordinator.waiting && coordinator.mutual.isForEver()) {
          return stuckDuringTheWait ? null : "accused falsely";
        }
        if (!goOn.test(this)) {
          return null;
        }
      }
      return isStuck() ? "a deadlock was missed" : null;
    }
  }

  /** Counts through all the choices of a play: each digit is a choice, the last one goes first. */
  private static final class Choices implements IntUnaryOperator {
    private final List<int[]> made = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private int at;
    private int repeated;

    /** Whether a state beyond those of the play before is new. */
    boolean isNew(World world) {
      return at < repeated || seen.add(world.toString());
    }

    int states() {
      return seen.size();
    }

    @Override
    public int applyAsInt(int count) {
      if (at == made.size()) {
        made.add(new int[] {0, count});
      }
      return made.get(at++)[0];
    }

    /** Goes to the next play; false after the last one. */
    boolean advance() {
      while (made.size() > at) {
        made.removeLast();
      }
      at = 0;
      while (!made.isEmpty() && made.getLast()[0] + 1 == made.getLast()[1]) {
        made.removeLast();
      }
      if (!made.isEmpty()) {
        made.getLast()[0]++;
      }
      repeated = made.size();
      return !made.isEmpty();
    }

    @Override
    public String toString() {
      return made.stream().map(each -> each[0]).toList().toString();
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  @DisplayName("G56 every order of the frames of every short program")
  void shouldAccuseExactlyWhoWaitsForEver(Fault fault) {
    String found = null;
    long states = 0;
    for (String coordinator : programs()) {
      for (String worker : programs()) {
        Choices choices = new Choices();
        do {
          String wrong = new World(coordinator, worker, fault).play(choices, choices::isNew);
          if (wrong != null) {
            found = coordinator + " against " + worker + ", order " + choices + ": " + wrong;
          }
        } while (choices.advance() && found == null);
        states += choices.states();
      }
    }
    if (fault == Fault.NONE || fault == Fault.OVERTAKING) {
      assertThat(found).isNull();
      assertThat(states).isGreaterThan(10_000);
    } else {
      assertThat(found).contains(": ");
    }
  }

  private static List<String> programs() {
    return List.of("R", "S", "SR", "RS", "RR", "IS", "IR", "SRS", "ISR", "RSR");
  }

  @Test
  @DisplayName("G56 random orders of long programs")
  void shouldAccuseNobodyFalselyInLongPrograms() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int accused = 0;
    for (int i = 0; i < RANDOM_RUNS; i++) {
      String coordinator = program(random);
      String worker = program(random);
      World world = new World(coordinator, worker, Fault.NONE);

      String wrong = world.play(random::nextInt, state -> true);

      assertThat(wrong).as("%s against %s, run %d, seed %d", coordinator, worker, i, seed).isNull();
      accused += world.coordinator.mutual.isForEver() ? 1 : 0;
    }
    assertThat(accused).isGreaterThan(RANDOM_RUNS / 100);
  }

  private static String program(Random random) {
    StringBuilder program = new StringBuilder();
    int length = 1 + random.nextInt(LONGEST);
    for (int i = 0; i < length; i++) {
      program.append("SSRRRI".charAt(random.nextInt(6)));
    }
    return program.toString();
  }
}
