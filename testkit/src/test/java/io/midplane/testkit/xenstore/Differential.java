package io.midplane.testkit.xenstore;

import io.midplane.testkit.xenstore.RandomRequests.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One stream of requests to two servers, over two sockets and a guest's ring each; answers and
 * events are compared after every request. What may differ is in {@link Explained}. When something
 * else differs, the requests are cut down to those that it takes.
 */
final class Differential implements AutoCloseable {
  private static final int GUEST = 5;
  private static final String NO_SUCH_TRANSACTION = "4711";

  /**
   * An answer of both.
   *
   * @param isDisturbed whether anybody changed anything while its transaction was open
   * @param hasRefusal whether a request inside its transaction was answered with an error
   */
  record Answers(Step step, String first, String second, boolean isDisturbed, boolean hasRefusal) {
    boolean areEqual() {
      return first.equals(second);
    }
  }

  /** One of the two servers. */
  private static final class Side {
    final XenStoreUnderTest store;
    final List<RawConnection> connections = new ArrayList<>();
    final Map<Integer, String> ids = new HashMap<>();

    Side(XenStoreUnderTest store) {
      this.store = store;
      connections.add(store.connect());
      connections.add(store.connect());
      connections.add(store.introduce(GUEST));
    }

    String ask(Step step) {
      String within = "";
      if (!step.begins() && step.transaction() != 0) {
        within = "@" + ids.getOrDefault(step.transaction(), NO_SUCH_TRANSACTION);
      }
      String line = step.type() + within + " " + step.payload();
      String answer = connections.get(step.connection()).ask(line);
      if (step.begins()) {
        ids.put(step.transaction(), answer.replace("|", ""));
      }
      return comparable(step, answer);
    }

    /** Ids and generations are numbers of the server's own. */
    private static String comparable(Step step, String answer) {
      if (answer.startsWith("!")) {
        return answer;
      }
      return switch (step.type()) {
        case "TRANSACTION_START" -> "an id";
        case "DIRECTORY_PART" -> answer.substring(answer.indexOf('|'));
        default -> answer;
      };
    }

    List<List<String>> events() {
      return connections.stream().map(RawConnection::events).toList();
    }

    /** Leaves nothing but what all stores begin with here. */
    void clear() {
      connections.forEach(connection -> connection.ask("RESET_WATCHES |"));
      RawConnection root = connections.getFirst();
      for (String child : root.ask("DIRECTORY /|").split("\\|")) {
        if (!child.isEmpty()) {
          root.ask("RM /" + child + "|");
        }
      }
      for (String line :
          List.of(
              "SET_PERMS /|n0|",
              "WRITE /|",
              "WRITE /local/domain/5|",
              "SET_PERMS /local/domain/5|n5|",
              "WRITE /local/domain/0|",
              "SET_TARGET 5|5|")) {
        root.ask(line);
      }
      events();
      ids.clear();
    }
  }

  private final long seed;
  private final Side first;
  private final Side second;
  private final RandomRequests requests;
  private final Set<Integer> open = new HashSet<>();
  private final Set<Integer> disturbed = new HashSet<>();
  private final Set<Integer> refused = new HashSet<>();
  private final Map<String, Integer> explained = new TreeMap<>();
  private int compared;

  Differential(long seed, XenStoreUnderTest first, XenStoreUnderTest second) {
    this.seed = seed;
    this.first = new Side(first);
    this.second = new Side(second);
    this.requests = new RandomRequests(seed, this.first.connections.size());
  }

  /** Sends so many requests to both. */
  void run(int steps) {
    List<Step> history = new ArrayList<>();
    clear();
    for (int i = 0; i < steps; i++) {
      Step step = requests.next();
      history.add(step);
      Outcome outcome = compare(step);
      if (outcome.difference() != null) {
        throw failure(history, outcome.difference());
      }
      if (outcome.hasDiverged()) {
        clear();
        requests.forgetTransactions();
        history.clear();
      }
      compared++;
    }
  }

  /**
   * What came of a request: a difference that nothing explains, or trees that are different now.
   */
  private record Outcome(@Nullable String difference, boolean hasDiverged) {}

  private Outcome compare(Step step) {
    Answers answers =
        new Answers(
            step,
            first.ask(step),
            second.ask(step),
            disturbed.contains(step.transaction()),
            refused.contains(step.transaction()));
    follow(step, answers.first());
    boolean isDiverging = false;
    if (!answers.areEqual()) {
      Explained reason = Explained.of(answers);
      if (reason == null) {
        return new Outcome(step + ": " + answers.first() + " and " + answers.second(), false);
      }
      explained.merge(reason.name(), 1, Integer::sum);
      isDiverging = reason.diverges();
    }
    List<List<String>> one = events(first, step);
    List<List<String>> two = events(second, step);
    if (!one.equals(two) && !isDiverging) {
      return new Outcome(step + ": events " + one + " and " + two, false);
    }
    return new Outcome(null, isDiverging);
  }

  /**
   * The events of one commit may come in any order. Whether a guest may still see what a commit
   * removed the C daemon judges by what is left, ours by what was: the guest's are left out.
   */
  private static List<List<String>> events(Side side, Step step) {
    List<List<String>> events = side.events();
    return step.ends()
        ? events.subList(0, 2).stream().map(list -> list.stream().sorted().toList()).toList()
        : events;
  }

  private void follow(Step step, String answer) {
    if (step.begins()) {
      open.add(step.transaction());
    } else if (step.ends()) {
      open.remove(step.transaction());
    }
    if (step.transaction() != 0 && answer.startsWith("!")) {
      refused.add(step.transaction());
    }
    if (step.mayChange() && !answer.startsWith("!")) {
      disturbed.addAll(open);
    }
  }

  private void clear() {
    first.clear();
    second.clear();
    open.clear();
    disturbed.clear();
    refused.clear();
  }

  private AssertionError failure(List<Step> history, String what) {
    List<Step> needed = Shrinking.of(history, this::fails);
    clear();
    List<String> lines = new ArrayList<>();
    for (Step step : needed) {
      replay(lines, step);
    }
    return new AssertionError(
        "%s and %s differ (seed %d, request %d): %s%nit takes these:%n%s"
            .formatted(
                first.store.kind(),
                second.store.kind(),
                seed,
                compared,
                what,
                lines.stream().collect(Collectors.joining("\n"))));
  }

  private void replay(List<String> lines, Step step) {
    String one = first.ask(step);
    String two = second.ask(step);
    lines.add(step + "   " + one + (one.equals(two) ? "" : " and " + two));
  }

  private boolean fails(List<Step> steps) {
    clear();
    for (Step step : steps) {
      Outcome outcome = compare(step);
      if (outcome.difference() != null || outcome.hasDiverged()) {
        return outcome.difference() != null;
      }
    }
    return false;
  }

  /** What was compared, for the test's output. */
  String report() {
    return "seed %d: %d requests, explained differences %s".formatted(seed, compared, explained);
  }

  @Override
  public void close() {
    first.connections.forEach(RawConnection::close);
    second.connections.forEach(RawConnection::close);
  }
}
