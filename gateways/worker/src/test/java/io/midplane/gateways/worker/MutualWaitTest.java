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

  /** What travels besides notices: an item, that one was taken, that nothing more comes. */
  private static final String ITEM = "item";

  private static final String CREDIT = "credit";
  private static final String CLOSE = "close";

  /** What is made wrong on purpose. The first two must do no harm, the search finds the others. */
  private enum Fault {
    NONE,
    /** Notices overtake items, which no stream does: the counts alone suffice. */
    OVERTAKING,
    /** The coordinator's end does not notice that a wait ended and another began. */
    ONE_WAIT_FOR_ALL,
    /** Items that are sent are not counted. */
    UNCOUNTED,
    /** A wait for credits is called one for an item. */
    MISNAMED
  }

  /**
   * S sends, which waits while the item before was not taken; R receives, I receives and may be
   * interrupted; C waits for the close; X closes what it sends.
   */
  private static final class End {
    private final String program;
    private final MutualWait mutual;
    private final Deque<Object> wire = new ArrayDeque<>();

    /** Notices that a thread of their own has yet to put on the wire. */
    private final Deque<WaitNotice> toTell = new ArrayDeque<>();

    private int next;
    private int inbox;
    private boolean waiting;
    private boolean mayNotSend;
    private boolean closed;

    /** What it waited for the last time, or does now. */
    private WaitKind latest = WaitKind.RECEIVE;

    End(String program, boolean asks) {
      this.program = program;
      this.mutual = new MutualWait(asks);
      mutual.confine(1);
    }

    @Override
    public String toString() {
      return next + " " + inbox + waiting + mayNotSend + closed + latest + wire + toTell + mutual;
    }

    boolean runs() {
      return next < program.length() && !waiting;
    }

    boolean isInterruptible() {
      return waiting && program.charAt(next) == 'I';
    }

    WaitKind kind() {
      return switch (program.charAt(next)) {
        case 'S' -> WaitKind.SEND;
        case 'C' -> WaitKind.CLOSE;
        default -> WaitKind.RECEIVE;
      };
    }

    /** Whether there is nothing for it. */
    boolean hasNothing() {
      return hasNothing(kind());
    }

    boolean hasNothing(WaitKind kind) {
      return switch (kind) {
        case RECEIVE -> inbox == 0 && !closed;
        case CLOSE -> !closed;
        case SEND -> mayNotSend;
      };
    }

    /** Whether there is nothing on its way to it, either. */
    boolean isStuck(Deque<Object> toIt) {
      return waiting
          && hasNothing()
          && switch (kind()) {
            case RECEIVE -> !toIt.contains(ITEM) && !toIt.contains(CLOSE);
            case CLOSE -> !toIt.contains(CLOSE);
            case SEND -> !toIt.contains(CREDIT);
          };
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

    /** The truth: both wait, and what they wait for is nowhere. */
    boolean isStuck() {
      return coordinator.isStuck(worker.wire) && worker.isStuck(coordinator.wire);
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
        if (end.waiting && !end.hasNothing()) {
          steps.add(() -> wakeUp(end));
        }
        if (end.isInterruptible()) {
          steps.add(() -> leave(end));
        }
        if (!end.wire.isEmpty()) {
          steps.add(() -> arrive(end, end.wire.peek()));
        }
        if (!end.toTell.isEmpty()) {
          steps.add(() -> end.wire.add(end.toTell.remove()));
        }
        if (fault == Fault.OVERTAKING) {
          end.wire.stream()
              .dropWhile(ITEM::equals)
              .findFirst()
              .filter(WaitNotice.class::isInstance)
              .ifPresent(frame -> steps.add(() -> arrive(end, frame)));
        }
      }
      if (coordinator.mutual.isToAsk()) {
        steps.add(() -> tell(coordinator, coordinator.mutual.ask(0, 0)));
      }
      return steps;
    }

    private void act(End end) {
      if (end.program.charAt(end.next) == 'X') {
        end.wire.add(CLOSE);
        end.next++;
      } else if (!end.hasNothing()) {
        goOn(end);
      } else {
        end.waiting = true;
        end.latest = end.kind();
        if (end == coordinator) {
          stuckDuringTheWait = false;
        }
        WaitKind kind = fault == Fault.MISNAMED ? WaitKind.RECEIVE : end.kind();
        tell(end, end.mutual.begin(kind, 0));
      }
    }

    /** Does what it waited for, or had no need to wait for. */
    private void goOn(End end) {
      if (end.kind() == WaitKind.SEND) {
        if (fault != Fault.UNCOUNTED) {
          end.mutual.sentOne();
        }
        end.mayNotSend = true;
        end.wire.add(ITEM);
      } else if (end.kind() == WaitKind.RECEIVE && end.inbox > 0) {
        end.inbox--;
        end.wire.add(CREDIT);
      }
      end.next++;
    }

    private void wakeUp(End end) {
      if (fault != Fault.ONE_WAIT_FOR_ALL) {
        end.mutual.end();
      }
      end.waiting = false;
      goOn(end);
    }

    /** Waits no longer, and has nothing. */
    private void leave(End end) {
      if (fault != Fault.ONE_WAIT_FOR_ALL) {
        end.mutual.end();
      }
      end.waiting = false;
      end.next++;
    }

    private void arrive(End from, Object frame) {
      from.wire.removeFirstOccurrence(frame);
      End to = other(from);
      if (frame instanceof WaitNotice notice) {
        boolean quiet = to.hasNothing(to.latest);
        tell(to, to.mutual.hear(WaitNotice.of(notice.payload()), quiet, 0));
      } else if (frame.equals(CREDIT)) {
        to.mayNotSend = false;
      } else if (frame.equals(CLOSE)) {
        to.closed = true;
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
    return List.of(
        "R", "S", "SR", "RS", "RR", "IS", "IR", "SRS", "ISR", "RSR", "SS", "SSR", "RSS", "C", "SC",
        "SSC", "RC", "X", "SX", "XR", "XC", "CS");
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
      program.append("SSSSRRRRRICX".charAt(random.nextInt(12)));
    }
    return program.toString();
  }
}
