package io.midplane.calls;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Leads a graph and the oracle's world through the same random life, one step at a time, and counts
 * where they differ about a call.
 */
final class GraphDriver {

  /** A mistake made on purpose, to show that it is noticed. */
  enum Fault {
    NONE,
    /** A waiter whose edge is missing. */
    EDGE_DROPPED,
    /** An edge that stays after the answer. */
    EDGE_KEPT
  }

  private static final int STEPS_PER_WORLD = 300;
  private static final int CROWD = 25;

  private final Random random;
  private final Fault fault;

  private CallGraph graph;
  private World world;
  private List<Callee> callees;
  private Map<World.Execution, Slot> slots;
  private Map<World.Execution, World.Execution> outers;
  private Map<World.Request, Call<Object>> calls;
  private boolean hasPools;

  long judged;
  long refused;
  long missed;
  long falselyRefused;

  GraphDriver(long seed, Fault fault) {
    this.random = new Random(seed);
    this.fault = fault;
  }

  /** Goes on until this many calls have been judged. */
  GraphDriver run(long howMany) {
    while (judged < howMany) {
      newWorld();
      for (int step = 0; step < STEPS_PER_WORLD; step++) {
        step();
      }
      if (fault == Fault.NONE) {
        empty();
      }
    }
    return this;
  }

  private void newWorld() {
    graph = new CallGraph();
    slots = new HashMap<>();
    outers = new HashMap<>();
    calls = new HashMap<>();
    callees = new ArrayList<>();
    int[] workers = random.ints(random.nextInt(3), 1, 4).toArray();
    hasPools = workers.length > 0;
    List<Pool> pools = new ArrayList<>();
    for (int n : workers) {
      pools.add(graph.pool("pool" + pools.size(), n));
    }
    List<World.Agent> agents = new ArrayList<>();
    for (int i = random.nextInt(2, 8); i > 0; i--) {
      boolean parallel = random.nextInt(3) == 0;
      int pool = hasPools && random.nextInt(3) > 0 ? random.nextInt(workers.length) : -1;
      String name = "agent" + agents.size();
      agents.add(new World.Agent(parallel, pool));
      Callee callee = parallel ? graph.parallelCallee(name) : graph.callee(name);
      callees.add(pool < 0 ? callee : callee.runsOn(pools.get(pool)));
    }
    world = new World(agents, workers);
  }

  private void step() {
    boolean crowded = calls.size() > CROWD;
    switch (random.nextInt(crowded ? 3 : 0, crowded ? 10 : 20)) {
      case 0, 1 -> callFromOutside();
      case 2 -> pick(GraphDriver::canAct).forEach(this::nest);
      case 3, 4 -> pick(GraphDriver::canAct).forEach(this::finish);
      case 5 -> pickCall(World.State.TAKEN).forEach(this::answer);
      case 6, 7, 8 -> wakeAll();
      case 9 -> pickAnyCall().forEach(this::answer);
      case 10, 11, 12 -> beginNext();
      case 13, 14 -> pick(e -> !e.started).forEach(this::start);
      case 15, 16, 17 -> pick(GraphDriver::canAct).forEach(this::callFromInside);
      case 18 -> rarely();
      case 19 -> pick(GraphDriver::canAct).forEach(this::answerAndGoOn);
      default -> throw new AssertionError();
    }
  }

  private void rarely() {
    switch (random.nextInt(4)) {
      case 0 -> pickAnyCall().forEach(this::forward);
      case 3 -> restart(random.nextInt(callees.size()));
      case 1 -> pickCall(World.State.QUEUED).forEach(this::take);
      default -> pick(GraphDriver::canAct).forEach(this::joinAnOlderCall);
    }
  }

  private static boolean canAct(World.Execution execution) {
    return !World.isBlocked(execution);
  }

  private List<World.Execution> pick(Predicate<World.Execution> which) {
    return one(world.executions().stream().filter(which).toList());
  }

  private List<World.Request> pickCall(World.State state) {
    return one(List.copyOf(calls.keySet()).stream().filter(r -> r.state == state).toList());
  }

  private List<World.Request> pickAnyCall() {
    return one(calls.keySet().stream().filter(r -> r.state != World.State.ANSWERED).toList());
  }

  private <T> List<T> one(List<T> of) {
    return of.isEmpty() ? List.of() : List.of(of.get(random.nextInt(of.size())));
  }

  private Call<Object> newCall(int agent, boolean shared, Slot caller, boolean blocks) {
    Operation what = new Operation("call", "callAsync()", shared);
    ThreadMark origin = caller == null ? null : ThreadMark.of(caller);
    Call<Object> call = new Call<>(graph, callees.get(agent), what, origin, blocks);
    call.follow(call.reply());
    return call;
  }

  private void callFromOutside() {
    int agent = random.nextInt(callees.size());
    boolean shared = random.nextBoolean();
    Call<Object> call = newCall(agent, shared, null, random.nextBoolean());
    judge(graph.tryAdmit(call), false);
    calls.put(world.request(agent, shared), call);
  }

  private void callFromInside(World.Execution caller) {
    int agent = random.nextInt(callees.size());
    boolean shared = random.nextBoolean();
    boolean hangs = world.wouldHang(caller, agent, shared);
    Slot slot = slots.get(caller);
    Call<Object> call = newCall(agent, shared, slot, true);
    Cycle cycle = graph.tryAdmit(call);
    judge(cycle, hangs);
    if (hangs || cycle != null) {
      graph.finish(call);
      return;
    }
    World.Request request = world.request(agent, shared);
    caller.waitsFor = request;
    calls.put(request, call);
    if (fault == Fault.EDGE_DROPPED && random.nextInt(20) == 0) {
      slot.stopWaiting();
    }
  }

  private void joinAnOlderCall(World.Execution waiter) {
    for (World.Request request : pickAnyCall()) {
      if (calls.get(request).caller() == null) {
        boolean hangs = world.wouldHang(waiter, request);
        Cycle cycle = graph.tryAwait(slots.get(waiter), calls.get(request));
        judge(cycle, hangs);
        if (cycle == null) {
          waiter.waitsFor = request;
        }
      }
    }
  }

  private void judge(Cycle cycle, boolean hangs) {
    judged++;
    refused += cycle == null ? 0 : 1;
    missed += hangs && cycle == null ? 1 : 0;
    falselyRefused += !hangs && cycle != null ? 1 : 0;
    if (cycle != null) {
      check(cycle);
    }
  }

  /** A cycle says what it claims to say. */
  private void check(Cycle cycle) {
    List<Cycle.Step> steps = cycle.steps();
    for (int i = 0; i < steps.size(); i++) {
      Slot next = steps.get((i + 1) % steps.size()).from();
      if (steps.get(i).to() != next) {
        throw new AssertionError("not a cycle: " + cycle);
      }
    }
    boolean l5 = cycle.level() == DeadlockLevel.L5;
    if ((l5 && !hasPools) || cycle.waits().size() < steps.size()) {
      throw new AssertionError("not " + cycle.level() + ": " + cycle.waits());
    }
  }

  private void beginNext() {
    for (World.Request request : one(world.queue())) {
      boolean shared = request.shared && callees.get(request.agent).isParallel();
      if (world.hasTurn(request.agent, request.shared)) {
        Slot slot = graph.began(callees.get(request.agent), calls.get(request), shared);
        slots.put(world.begin(request), slot);
      }
    }
  }

  private void start(World.Execution execution) {
    if (world.hasWorker(execution.agent)) {
      world.start(execution);
      graph.entered(slots.get(execution), null, true);
    }
  }

  private void nest(World.Execution outer) {
    int agent = random.nextInt(callees.size());
    if (world.hasTurn(agent, false)) {
      World.Execution inner = world.nest(outer, agent, false);
      Slot slot = graph.began(callees.get(agent), null, false);
      graph.entered(slot, slots.get(outer), false);
      slots.put(inner, slot);
      outers.put(inner, outer);
    }
  }

  /** The handler ends, mostly with an answer. */
  private void finish(World.Execution execution) {
    if (execution.serves != null && random.nextInt(4) > 0) {
      answer(execution.serves);
    }
    World.Execution outer = outers.remove(execution);
    Slot slot = slots.remove(execution);
    graph.left(slot, outer == null ? null : slots.get(outer));
    graph.ended(slot);
    world.finish(execution);
  }

  private void answerAndGoOn(World.Execution execution) {
    World.Request request = execution.serves;
    if (request != null && request.state == World.State.SERVED) {
      world.answer(request);
      if (fault != Fault.EDGE_KEPT) {
        calls.get(request).replied();
      }
    }
  }

  private void answer(World.Request request) {
    if (request.state != World.State.ANSWERED) {
      world.answer(request);
      calls.get(request).reply().complete("answer");
    }
  }

  private void take(World.Request request) {
    world.queue().remove(request);
    request.state = World.State.TAKEN;
    calls.get(request).taken();
  }

  private void forward(World.Request request) {
    int agent = random.nextInt(callees.size());
    world.forward(request, agent);
    boolean hangs =
        world.executions().stream()
            .filter(e -> e.waitsFor == request)
            .anyMatch(e -> world.wouldHang(e, request));
    boolean refusedHere = !calls.get(request).forwardedTo(callees.get(agent));
    judged++;
    refused += refusedHere ? 1 : 0;
    missed += hangs && !refusedHere ? 1 : 0;
    falselyRefused += !hangs && refusedHere ? 1 : 0;
    if (hangs || refusedHere) {
      answer(request);
    }
  }

  private void restart(int agent) {
    callees.get(agent).failTaken(new IllegalStateException("restarted"));
    world.restart(agent);
    calls.forEach((request, call) -> {
      if (call.reply().isDone()) {
        world.answer(request);
      }
    });
  }

  /** Callers whose call is answered go on. */
  private void wakeAll() {
    for (World.Request request : List.copyOf(calls.keySet())) {
      if (request.state == World.State.ANSWERED) {
        for (World.Execution waiter : world.executions()) {
          if (waiter.waitsFor == request) {
            waiter.waitsFor = null;
            graph.awaited(slots.get(waiter));
          }
        }
        graph.finish(calls.remove(request));
      }
    }
  }

  /** Ends the world in an orderly way; nothing may be left in the graph. */
  private void empty() {
    List.copyOf(calls.keySet()).forEach(this::answer);
    wakeAll();
    while (!world.executions().isEmpty()) {
      List<World.Execution> innermost =
          world.executions().stream().filter(e -> e.inner == null).toList();
      innermost.forEach(this::finishUnstarted);
    }
    if (!graph.openCalls().isEmpty()
        || callees.stream().anyMatch(c -> !c.running().isEmpty() || !c.open().isEmpty())) {
      throw new AssertionError("left over: " + graph.openCalls());
    }
  }

  private void finishUnstarted(World.Execution execution) {
    if (!execution.started) {
      world.start(execution);
      graph.entered(slots.get(execution), null, true);
    }
    finish(execution);
  }
}
