package io.midplane.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many callers on one connection. A lost wake-up would show as TIMED_OUT. */
@Timeout(120)
class ClientConcurrencyTest {
  private static final ThreadFactory PLATFORM = Thread.ofPlatform().factory();
  private static final ThreadFactory VIRTUAL = Thread.ofVirtual().factory();

  @TempDir Path folder;

  @Test
  void shouldServePlatformThreadsAtOnce() throws Exception {
    callFrom(threads -> start(threads, PLATFORM, 8, 3000));
  }

  @Test
  void shouldServeVirtualThreadsAtOnce() throws Exception {
    callFrom(threads -> start(threads, VIRTUAL, 200, 100));
  }

  @Test
  void shouldServeWaitersAndAsynchronousCallsAtOnce() throws Exception {
    callFrom(threads -> {
      start(threads, PLATFORM, 4, 2000);
      start(threads, VIRTUAL, 50, 200);
      for (int i = 0; i < 3; i++) {
        start(threads, PLATFORM, "async" + i, caller -> callAsync(caller, 5000));
      }
    });
  }

  @Test
  void shouldPassTheTurnWhenCallersComeAndGo() throws Exception {
    callFrom(threads -> {
      for (int i = 0; i < 2000; i++) {
        start(threads, i % 2 == 0 ? VIRTUAL : PLATFORM, "once" + i, caller -> caller.get(1));
        if (i % 3 == 0) {
          start(threads, VIRTUAL, "async" + i, caller -> callAsync(caller, 2));
        }
      }
    });
  }

  @Test
  void shouldNotReadOnWhenTheAnswerCameBeforeTheTurn() throws Exception {
    var round = new CyclicBarrier(2);
    callFrom(threads -> {
      for (int i = 0; i < 2; i++) {
        start(
            threads,
            PLATFORM,
            "pair" + i,
            caller -> {
              for (int call = 0; call < 10_000; call++) {
                caller.get(call);
                round.await();
              }
            });
      }
    });
  }

  /** Somebody who calls and checks that each answer is the one to their own question. */
  private record Caller(MidplaneClient client, String name) {
    void get(int i) {
      check(client.configuration().get(name, i), i);
    }

    void check(Row row, int i) {
      assertThat(row).isEqualTo(Row.of("table", name, "key", i));
    }
  }

  private interface Work {
    void run(Caller caller) throws Exception;
  }

  private record Threads(MidplaneClient client, List<Thread> started, List<Throwable> failures) {}

  private interface Starter {
    void start(Threads threads);
  }

  private void callFrom(Starter starter) throws Exception {
    try (var node = FakeNode.greeting(folder, FakeNode::echoGets)) {
      var threads = new Threads(node.connect(), new ArrayList<>(), new ArrayList<>());
      starter.start(threads);
      for (Thread thread : threads.started()) {
        thread.join();
      }
      assertThat(threads.failures()).isEmpty();
      threads.client().close();
      node.awaitPlayed();
    }
  }

  private static void start(Threads threads, ThreadFactory kind, int count, int calls) {
    for (int i = 0; i < count; i++) {
      start(
          threads,
          kind,
          "sync" + i,
          caller -> {
            for (int call = 0; call < calls; call++) {
              caller.get(call);
            }
          });
    }
  }

  private static void start(Threads threads, ThreadFactory kind, String name, Work work) {
    Thread thread =
        kind.newThread(() -> {
          try {
            work.run(new Caller(threads.client(), name));
          } catch (Throwable e) {
            synchronized (threads) {
              threads.failures().add(e);
            }
          }
        });
    threads.started().add(thread);
    thread.start();
  }

  private static void callAsync(Caller caller, int calls) throws Exception {
    var window = new Semaphore(64);
    var answers = new ArrayList<CompletableFuture<Void>>();
    for (int call = 0; call < calls; call++) {
      int key = call;
      window.acquire();
      var answer =
          caller
              .client()
              .configuration()
              .getAsync(caller.name(), key)
              .thenAccept(row -> caller.check(row, key))
              .whenComplete((nothing, failure) -> window.release());
      answers.add(answer.toCompletableFuture());
    }
    CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get();
  }
}
