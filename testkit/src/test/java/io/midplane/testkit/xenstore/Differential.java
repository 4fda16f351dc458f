package io.midplane.testkit.xenstore;

import io.midplane.testkit.xenstore.RandomRequests.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One stream of requests to two servers, over two sockets and a guest's ring each; answers and
 * events are compared after every request. What may differ is in {@link Explained}.
 */
final class Differential implements AutoCloseable {
  private static final int GUEST = 5;
  private static final int SHOWN = 40;

  /** An answer of both, and what is known about the circumstances. */
  record Answers(Step step, String first, String second, boolean isDisturbed) {
    boolean areEqual() {
      return first.equals(second);
    }
  }

  private final long seed;
  private final XenStoreUnderTest first;
  private final XenStoreUnderTest second;
  private final List<RawConnection> ofFirst = new ArrayList<>();
  private final List<RawConnection> ofSecond = new ArrayList<>();
  private final Deque<String> history = new ArrayDeque<>();
  private final Map<String, Integer> explained = new TreeMap<>();
  private final Set<String> disturbed = new HashSet<>();
  private RandomRequests requests;
  private int compared;

  Differential(long seed, XenStoreUnderTest first, XenStoreUnderTest second) {
    this.seed = seed;
    this.first = first;
    this.second = second;
    connect(first, ofFirst);
    connect(second, ofSecond);
    this.requests = new RandomRequests(seed, ofFirst.size());
    clear();
  }

  private static void connect(XenStoreUnderTest store, List<RawConnection> connections) {
    connections.add(store.connect());
    connections.add(store.connect());
    connections.add(store.introduce(GUEST));
  }

  /** Sends so many requests to both. */
  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      Step step = requests.next();
      note(step);
      Answers answers = ask(step);
      boolean hasDiverged = !answers.areEqual() && explain(answers);
      compareEvents(step, hasDiverged || answers.isDisturbed());
      if (hasDiverged && step.mayChange()) {
        clear();
      }
      compared++;
    }
  }

  private Answers ask(Step step) {
    String one = ofFirst.get(step.connection()).ask(step.line());
    String two = ofSecond.get(step.connection()).ask(step.line());
    boolean isDisturbed = disturbed.contains(key(step.connection(), step.transaction()));
    requests.answered(step, one);
    if (step.mayChange() && !one.startsWith("!")) {
      disturbTransactions();
    }
    return new Answers(step, comparable(step, one), comparable(step, two), isDisturbed);
  }

  /** A generation is a number of the server's own. */
  private static String comparable(Step step, String answer) {
    return step.type().equals("DIRECTORY_PART") && !answer.startsWith("!")
        ? answer.substring(answer.indexOf('|'))
        : answer;
  }

  private void disturbTransactions() {
    for (int connection = 0; connection < ofFirst.size(); connection++) {
      for (String id : requests.open(connection)) {
        disturbed.add(key(connection, id));
      }
    }
  }

  private static String key(int connection, String transaction) {
    return connection + "@" + transaction;
  }

  private boolean explain(Answers answers) {
    Explained reason = Explained.of(answers);
    if (reason == null) {
      throw failure(answers.step() + ": " + answers.first() + " and " + answers.second());
    }
    explained.merge(reason.name(), 1, Integer::sum);
    return reason.diverges();
  }

  private void compareEvents(Step step, boolean isExplained) {
    for (int i = 0; i < ofFirst.size(); i++) {
      List<String> one = ofFirst.get(i).events();
      List<String> two = ofSecond.get(i).events();
      if (!one.equals(two) && !isExplained) {
        throw failure(step + ": connection " + i + " got events " + one + " and " + two);
      }
    }
  }

  /** Starts over from the same state on both sides. */
  private void clear() {
    for (List<RawConnection> connections : List.of(ofFirst, ofSecond)) {
      connections.forEach(connection -> connection.ask("RESET_WATCHES |"));
      RawConnection root = connections.get(0);
      for (String child : root.ask("DIRECTORY /|").split("\\|")) {
        if (!child.isEmpty()) {
          root.ask("RM /" + child + "|");
        }
      }
      root.ask("SET_PERMS /|n0|");
      root.ask("WRITE /|");
      root.ask("WRITE /local/domain/5|");
      root.ask("SET_PERMS /local/domain/5|n5|");
      root.ask("WRITE /local/domain/0|");
      connections.forEach(RawConnection::events);
    }
    for (int connection = 0; connection < ofFirst.size(); connection++) {
      requests.answered(new Step(connection, "RESET_WATCHES |"), "OK|");
    }
    disturbed.clear();
    history.clear();
  }

  private void note(Step step) {
    history.add(step.toString());
    if (history.size() > SHOWN) {
      history.remove();
    }
  }

  private AssertionError failure(String what) {
    return new AssertionError(
        "%s and %s differ (seed %d, request %d): %s%nthe last requests:%n%s"
            .formatted(
                first.kind(), second.kind(), seed, compared, what, String.join("\n", history)));
  }

  /** What was compared, for the test's output. */
  String report() {
    return "seed %d: %d requests, explained differences %s".formatted(seed, compared, explained);
  }

  @Override
  public void close() {
    ofFirst.forEach(RawConnection::close);
    ofSecond.forEach(RawConnection::close);
  }
}
