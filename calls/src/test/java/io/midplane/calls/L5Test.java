package io.midplane.calls;

import static io.midplane.calls.L1Test.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("L5: a pool whose last free worker would wait for work that needs a worker of it")
class L5Test {
  private final CallGraph graph = new CallGraph();

  @Test
  @DisplayName("T7: a job of a pool of one may not wait for another job of it")
  void shouldRefuseAJobInAJobOfOneWorker() {
    try (GuardedPool pool = GuardedPool.fixed(graph, "crypto", 1)) {
      DeadlockDetectedException refused =
          pool.call(
              "outer",
              TestAgent.LONG,
              () -> refused(() -> pool.call("inner", TestAgent.LONG, () -> "never")));

      assertThat(refused.level()).isEqualTo(DeadlockLevel.L5);
      assertThat(refused)
          .hasMessageContaining("crypto → crypto (since")
          .hasMessageContaining("a free worker")
          .hasMessageContaining("Use callAsync(), or give the pool more workers");
      assertThat(pool.<String>call("again", TestAgent.LONG, () -> "usable")).isEqualTo("usable");
    }
  }

  @Test
  void shouldAllowAJobInAJobWhileAWorkerIsFree() {
    try (GuardedPool pool = GuardedPool.fixed(graph, "crypto", 2)) {
      String answer =
          pool.call(
              "outer", TestAgent.LONG, () -> pool.call("inner", TestAgent.LONG, () -> "done"));

      assertThat(answer).isEqualTo("done");
    }
  }

  @Test
  @DisplayName("T7: of the workers who would all wait for the pool, the last is refused")
  void shouldRefuseOnlyTheLastWorker() {
    CyclicBarrier allBusy = new CyclicBarrier(3);
    try (GuardedPool pool = GuardedPool.fixed(graph, "crypto", 3)) {
      List<CompletableFuture<Object>> jobs = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        jobs.add(
            pool.<Object>callAsync(
                    "outer",
                    TestAgent.LONG,
                    () -> {
                      allBusy.await();
                      return pool.call("inner", TestAgent.LONG, () -> "served");
                    })
                .toCompletableFuture());
      }
      List<Object> outcomes =
          jobs.stream().map(job -> job.exceptionally(failure -> failure).join()).toList();

      assertThat(outcomes).filteredOn(DeadlockDetectedException.class::isInstance).hasSize(1);
      assertThat(outcomes).filteredOn("served"::equals).hasSize(2);
    }
  }

  @Test
  void shouldFindACycleThroughAnAgentThatRunsOnThePool() {
    ExecutorService executor = Executors.newFixedThreadPool(1);
    try (executor) {
      Pool pool = graph.pool("agents", executor);
      TestAgent vlan = TestAgent.serial(graph, "vlan", pool, executor);
      TestAgent fdb = TestAgent.serial(graph, "fdb", pool, executor);

      DeadlockDetectedException refused =
          vlan.call("set", () -> refused(() -> fdb.call("get", () -> "never")));

      assertThat(refused.level()).isEqualTo(DeadlockLevel.L5);
      assertThat(refused.cycle()).extracting(Wait::callee).containsExactly("fdb", "agents");
      assertThat(refused)
          .hasMessageContaining("agents (since")
          .hasMessageContaining("held by vlan");
    }
  }

  @Test
  @DisplayName("C18: tasks that the graph does not know count as work that ends")
  void shouldCountWorkItCannotSeeAsWorkThatEnds() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(2);
    CountDownLatch release = new CountDownLatch(1);
    try (executor) {
      Pool pool = graph.pool("agents", executor);
      TestAgent vlan = TestAgent.serial(graph, "vlan", pool, executor);
      TestAgent fdb = TestAgent.serial(graph, "fdb", pool, executor);
      executor.execute(() -> {
        try {
          release.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
      var answer = vlan.callAsync("set", () -> fdb.call("get", () -> "blue"));

      await().until(() -> !graph.waits().isEmpty());
      release.countDown();

      assertThat(answer.toCompletableFuture().join()).isEqualTo("blue");
    }
  }

  @Test
  @DisplayName("C18: the outermost handler of a thread takes the worker, and no other")
  void shouldCountNestedHandlersAsOneWorker() {
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try (executor) {
      Pool pool = graph.pool("agents", executor);
      TestAgent vlan = TestAgent.serial(graph, "vlan", pool, executor);
      TestAgent fdb = TestAgent.serial(graph, "fdb", pool, executor);
      Callee inner = graph.callee("inner").runsOn(pool);

      String answer =
          vlan.call(
              "set",
              () -> {
                try (Slot slot = inner.begin(null)) {
                  return slot.run(() -> fdb.call("get", () -> "blue"));
                }
              });

      assertThat(answer).isEqualTo("blue");
    }
  }

  @Test
  @DisplayName("C18: the number of workers is read off an executor")
  void shouldReadTheNumberOfWorkersOffAnExecutor() {
    try (ExecutorService fixed = Executors.newFixedThreadPool(3);
        ExecutorService single = Executors.newSingleThreadExecutor();
        ExecutorService cached = Executors.newCachedThreadPool();
        ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();
        ExecutorService forkJoin = new ForkJoinPool(2);
        ThreadPoolExecutor bounded =
            new ThreadPoolExecutor(1, 4, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(10))) {
      assertThat(graph.pool("fixed", fixed).workers()).isEqualTo(3);
      assertThat(graph.pool("single", single).workers()).isEqualTo(1);
      assertThat(graph.pool("cached", cached).workers()).isEqualTo(Integer.MAX_VALUE);
      assertThat(graph.pool("virtual", virtual).workers()).isEqualTo(Integer.MAX_VALUE);
      assertThat(graph.pool("forkJoin", forkJoin).workers()).isEqualTo(Integer.MAX_VALUE);
      assertThat(graph.pool("bounded", bounded).workers()).isEqualTo(4);
    }
  }

  @Test
  void shouldRefuseAPoolWithoutWorkers() {
    assertThatThrownBy(() -> graph.pool("none", 0))
        .isInstanceOf(MidplaneException.class)
        .hasMessage("workers: 0 (expected: 1 or more)");
  }

  @Test
  void shouldEndOpenJobsWhenThePoolCloses() throws Exception {
    GuardedPool pool = GuardedPool.fixed(graph, "crypto", 1);
    CountDownLatch started = new CountDownLatch(1);
    var job =
        pool.<Object>callAsync(
            "endless",
            Duration.ofMinutes(1),
            () -> {
              started.countDown();
              new CountDownLatch(1).await();
              return "never";
            });

    started.await();

    pool.close();

    assertThat(job.toCompletableFuture().exceptionally(e -> e).join())
        .isInstanceOfSatisfying(
            MidplaneException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLEE_DIED));
    assertThatThrownBy(() -> pool.call("later", TestAgent.LONG, () -> "never"))
        .hasMessageContaining("crypto: is down");
    assertThat(graph.openCalls()).isEmpty();
  }
}
