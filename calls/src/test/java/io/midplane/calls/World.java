package io.midplane.calls;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The oracle: what goes on in a set of agents, and whether somebody in it would hang.
 *
 * <p>It knows nothing of edges or cycles. It plays the world out: every handler that can go on goes
 * on to its end and answers, every queue moves, every worker takes the next job, until nothing
 * moves any more. Whoever is then still there would have hung.
 */
final class World {

  /** A kind of agent; {@code pool} is -1 for one whose handlers need no worker. */
  record Agent(boolean parallel, int pool) {}

  enum State {
    QUEUED,
    SERVED,
    /** Somebody unknown will answer. */
    TAKEN,
    ANSWERED
  }

  /** A call. */
  static final class Request {
    int agent;
    final boolean shared;
    State state = State.QUEUED;

    Request(int agent, boolean shared) {
      this.agent = agent;
      this.shared = shared;
    }
  }

  /** A run of a handler. */
  static final class Execution {
    final int agent;
    final boolean shared;
    Request serves;
    Request waitsFor;
    Execution inner;
    boolean started;
    boolean onWorker;

    /** Left over from before a restart. */
    boolean leftOver;

    Execution(int agent, boolean shared, Request serves) {
      this.agent = agent;
      this.shared = shared;
      this.serves = serves;
    }

    private Execution copy() {
      Execution copy = new Execution(agent, shared, serves);
      copy.waitsFor = waitsFor;
      copy.started = started;
      copy.onWorker = onWorker;
      copy.leftOver = leftOver;
      return copy;
    }
  }

  private final List<Agent> agents;
  private final int[] workers;
  private final List<Execution> executions = new ArrayList<>();
  private final List<Request> queue = new ArrayList<>();

  World(List<Agent> agents, int... workers) {
    this.agents = List.copyOf(agents);
    this.workers = workers.clone();
  }

  List<Execution> executions() {
    return executions;
  }

  List<Request> queue() {
    return queue;
  }

  Request request(int agent, boolean shared) {
    Request request = new Request(agent, shared);
    queue.add(request);
    return request;
  }

  boolean hasTurn(int agent, boolean shared) {
    return hasTurn(executions, agent, shared);
  }

  private boolean hasTurn(List<Execution> among, int agent, boolean shared) {
    for (Execution other : among) {
      boolean together = agents.get(agent).parallel && shared && other.shared;
      if (other.agent == agent && !other.leftOver && !together) {
        return false;
      }
    }
    return true;
  }

  boolean hasWorker(int agent) {
    return hasWorker(executions, agent);
  }

  private boolean hasWorker(List<Execution> among, int agent) {
    int pool = agents.get(agent).pool;
    if (pool < 0) {
      return true;
    }
    long busy = among.stream().filter(e -> e.onWorker && agents.get(e.agent).pool == pool).count();
    return busy < workers[pool];
  }

  Execution begin(Request request) {
    queue.remove(request);
    request.state = State.SERVED;
    Execution execution = new Execution(request.agent, request.shared, request);
    executions.add(execution);
    return execution;
  }

  Execution nest(Execution outer, int agent, boolean shared) {
    Execution inner = new Execution(agent, shared, null);
    inner.started = true;
    outer.inner = inner;
    executions.add(inner);
    return inner;
  }

  void start(Execution execution) {
    execution.started = true;
    execution.onWorker = agents.get(execution.agent).pool >= 0;
  }

  /** The handler is over; what it served and has not answered is answered by somebody unknown. */
  void finish(Execution execution) {
    executions.remove(execution);
    executions.forEach(outer -> outer.inner = outer.inner == execution ? null : outer.inner);
    if (execution.serves != null && execution.serves.state == State.SERVED) {
      execution.serves.state = State.TAKEN;
    }
  }

  void answer(Request request) {
    queue.remove(request);
    request.state = State.ANSWERED;
  }

  void forward(Request request, int agent) {
    executions.forEach(e -> e.serves = e.serves == request ? null : e.serves);
    queue.remove(request);
    request.state = State.QUEUED;
    request.agent = agent;
    queue.add(request);
  }

  /** The agent starts afresh: what it was serving is ended by its caller. */
  void restart(int agent) {
    executions.stream().filter(e -> e.agent == agent).forEach(e -> e.leftOver = true);
  }

  static boolean isBlocked(Execution execution) {
    return !execution.started || execution.inner != null || execution.waitsFor != null;
  }

  /** Whether this handler would hang if it made this call. */
  boolean wouldHang(Execution caller, int agent, boolean shared) {
    Request attempt = request(agent, shared);
    boolean hangs = wouldHang(caller, attempt);
    queue.remove(attempt);
    return hangs;
  }

  /** Whether this handler would hang if it waited for this request. */
  boolean wouldHang(Execution caller, Request request) {
    Request before = caller.waitsFor;
    caller.waitsFor = request;
    Set<Execution> stuck = playOut();
    caller.waitsFor = before;
    return stuck.contains(caller);
  }

  private Set<Execution> playOut() {
    Map<Execution, Execution> original = new HashMap<>();
    Map<Execution, Execution> copies = new HashMap<>();
    List<Execution> present = new ArrayList<>();
    for (Execution execution : executions) {
      Execution copy = execution.copy();
      original.put(copy, execution);
      copies.put(execution, copy);
      present.add(copy);
    }
    executions.forEach(e -> copies.get(e).inner = e.inner == null ? null : copies.get(e.inner));
    List<Request> waiting = new ArrayList<>(queue);
    Set<Request> answered = new HashSet<>();
    while (goOn(present, waiting, answered)) {}
    Set<Execution> stuck = new HashSet<>();
    present.stream().filter(original::containsKey).forEach(e -> stuck.add(original.get(e)));
    return stuck;
  }

  private boolean goOn(List<Execution> present, List<Request> waiting, Set<Request> answered) {
    boolean moved = false;
    for (Execution execution : List.copyOf(present)) {
      if (!execution.started && hasWorker(present, execution.agent)) {
        start(execution);
        moved = true;
      }
      if (execution.started && !isStuck(execution, present, answered)) {
        present.remove(execution);
        if (execution.serves != null) {
          answered.add(execution.serves);
        }
        moved = true;
      }
    }
    for (Request request : List.copyOf(waiting)) {
      if (hasTurn(present, request.agent, request.shared)) {
        waiting.remove(request);
        present.add(new Execution(request.agent, request.shared, request));
        moved = true;
      }
    }
    return moved;
  }

  private static boolean isStuck(Execution e, List<Execution> present, Set<Request> answered) {
    if (e.inner != null && present.contains(e.inner)) {
      return true;
    }
    Request request = e.waitsFor;
    return request != null
        && !answered.contains(request)
        && (request.state == State.QUEUED || request.state == State.SERVED);
  }
}
