package io.midplane.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Random nested calls through the real gate, on virtual and platform threads and on bounded pools.
 * A hang shows as a call that timed out. Each refusal is judged by the oracle: a real deadlock
 * stands still until its last caller is told. {@code -Dmidplane.calls.random=1000000} makes that
 * many calls.
 */
@DisplayName("Random nested calls on real threads")
class RandomCallsTest {
  private static final long CALLS = Long.getLong("midplane.calls.random", 20_000);
  private static final long SEED = Long.getLong("midplane.calls.seed", System.nanoTime());
  private static final int DEPTH = 3;

  private final ExecutorService one = Executors.newFixedThreadPool(1);
  private final ExecutorService two = Executors.newFixedThreadPool(2);
  private final CallGraph graph = new CallGraph();
  private final List<TestAgent> agents = new ArrayList<>();
  private final World world;
  private final AtomicLong made = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong falselyRefused = new AtomicLong();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  private Duration timeout = TestAgent.LONG;

  /** A mistake made on purpose: the graph does not see who waits. */
  private boolean marksForgotten;

  /** The execution the calling thread runs, as the oracle knows it. */
  private static final ThreadLocal<World.Execution> CURRENT = new ThreadLocal<>();

  RandomCallsTest() {
    Pool first = graph.pool("one", one);
    Pool second = graph.pool("two", two);
    List<World.Agent> kinds = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      agents.add(TestAgent.serial(graph, "serial" + i));
      kinds.add(new World.Agent(false, -1));
    }
    for (int i = 0; i < 8; i++) {
      agents.add(TestAgent.parallel(graph, "parallel" + i));
      kinds.add(new World.Agent(true, -1));
    }
    agents.add(TestAgent.serial(graph, "pooled", first, one));
    kinds.add(new World.Agent(false, 0));
    agents.add(TestAgent.serial(graph, "pooledToo", second, two));
    kinds.add(new World.Agent(false, 1));
    agents.add(TestAgent.parallel(graph, "pooledParallel", second, two));
    kinds.add(new World.Agent(true, 1));
    world = new World(kinds, 1, 2);
  }

  @AfterEach
  void close() {
    one.shutdownNow();
    two.shutdownNow();
  }

  @Test
  @DisplayName("C10: none hangs, none is accused falsely, no edge is left")
  void shouldNeitherHangNorAccuseFalsely() throws Exception {
    makeCalls();

    System.out.printf(
        "random calls: %d made, %d refused, %d timed out, %d false; seed %d%n",
        made.get(), refused.get(), failures.size(), falselyRefused.get(), SEED);
    assertThat(failures).as("seed %d", SEED).isEmpty();
    assertThat(falselyRefused).as("seed %d", SEED).hasValue(0);
    assertThat(refused.get()).as("seed %d", SEED).isPositive();
    assertThat(graph.waits()).isEmpty();
    assertThat(graph.openCalls()).isEmpty();
    assertThat(agents).allMatch(agent -> agent.callee().running().isEmpty());
    assertThat(world.executions()).isEmpty();
  }

  @Test
  void shouldNoticeAHang() throws Exception {
    marksForgotten = true;
    timeout = Duration.ofMillis(200);

    makeCalls();

    assertThat(failures).as("seed %d", SEED).isNotEmpty();
  }

  private void makeCalls() throws InterruptedException {
    List<Thread> callers = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 6; i++) {
      SplittableRandom own = random.split();
      Thread.Builder thread = i < 3 ? Thread.ofPlatform() : Thread.ofVirtual();
      callers.add(thread.name("caller" + i).start(() -> callForever(own)));
    }
    for (Thread caller : callers) {
      caller.join();
    }
  }

  private void callForever(SplittableRandom random) {
    while (made.get() < CALLS && failures.isEmpty()) {
      call(random.split(), 0);
    }
  }

  private void call(SplittableRandom random, int depth) {
    int agent = random.nextInt(agents.size());
    boolean shared = random.nextInt(4) > 0;
    World.Execution caller = CURRENT.get();
    Operation what = new Operation("call at depth " + depth, "callAsync()", shared);
    TestAgent callee = agents.get(agent);
    made.incrementAndGet();
    ThreadMark mark = ThreadMark.current();
    if (marksForgotten) {
      ThreadMark.leave(null);
    }
    try {
      new BlockingGate(graph)
          .call(
              callee.callee(),
              what,
              timeout,
              call -> {
                World.Request request = sent(caller, agent, shared);
                return callee.serve(call, () -> handle(request, random, depth));
              });
    } catch (DeadlockDetectedException e) {
      judge(caller, agent, shared);
    } catch (MidplaneException e) {
      failures.add(e);
    } finally {
      ThreadMark.leave(mark);
      answered(caller);
    }
  }

  private Object handle(World.Request request, SplittableRandom random, int depth) {
    World.Execution execution = began(request);
    CURRENT.set(execution);
    try {
      int calls = depth == DEPTH ? 0 : random.nextInt(3);
      for (int i = 0; i < calls; i++) {
        call(random.split(), depth + 1);
      }
      return depth;
    } finally {
      CURRENT.remove();
      ended(execution);
    }
  }

  private synchronized World.Request sent(World.Execution caller, int agent, boolean shared) {
    World.Request request = world.request(agent, shared);
    if (caller != null) {
      caller.waitsFor = request;
    }
    return request;
  }

  private synchronized World.Execution began(World.Request request) {
    World.Execution execution = world.begin(request);
    world.start(execution);
    return execution;
  }

  private synchronized void ended(World.Execution execution) {
    world.answer(execution.serves);
    world.finish(execution);
  }

  private synchronized void answered(World.Execution caller) {
    if (caller != null) {
      caller.waitsFor = null;
    }
  }

  private synchronized void judge(World.Execution caller, int agent, boolean shared) {
    refused.incrementAndGet();
    if (caller == null || !world.wouldHang(caller, agent, shared)) {
      falselyRefused.incrementAndGet();
    }
  }
}
