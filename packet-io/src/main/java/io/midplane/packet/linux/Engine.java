package io.midplane.packet.linux;

import io.midplane.calls.ThreadMark;
import java.lang.foreign.Arena;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that reads the rings of a link, as other threads see it: it takes commands and ends.
 * What it does is in {@link EngineLoop}. Thread-safe.
 */
final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  private final String name;
  private final Commands commands;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile @Nullable EngineLoop loop;

  private Engine(String name) {
    this.name = name;
    this.commands = new Commands(this::wake, () -> Failures.gone(name));
  }

  /**
   * Starts the thread. Blocks: no.
   *
   * @param opening runs on the thread, inside the namespace
   * @return completes with what the opening made, on the engine's thread; or with what it threw,
   *     and the thread is gone then
   */
  static <T> CompletableFuture<T> start(
      String name,
      NetworkNamespace namespace,
      LinkWatch watch,
      Function<? super EngineLoop, ? extends T> opening) {
    var opened = new CompletableFuture<T>();
    var engine = new Engine(name);
    Thread.ofPlatform()
        .daemon()
        .name("packet-" + name)
        .start(() -> engine.run(namespace, watch, opening, opened));
    return opened;
  }

  private <T> void run(
      NetworkNamespace namespace,
      LinkWatch watch,
      Function<? super EngineLoop, ? extends T> opening,
      CompletableFuture<T> opened) {
    ThreadMark unused = ThreadMark.nonBlocking("the frames of " + name).enter();
    commands.runner(Thread.currentThread());
    try (Arena arena = Arena.ofConfined()) {
      serve(EngineLoop.in(namespace, arena, this, commands, watch), opening, opened);
    } catch (RuntimeException | Error e) {
      if (!opened.completeExceptionally(e)) {
        LOG.error("PKT-0101 the engine of {} failed and is closed", name, e);
      }
    } finally {
      commands.end();
      ended.complete(null);
    }
  }

  private <T> void serve(
      EngineLoop made,
      Function<? super EngineLoop, ? extends T> opening,
      CompletableFuture<T> opened) {
    try {
      loop = made;
      opened.complete(opening.apply(made));
      made.run();
    } finally {
      loop = null;
      made.close();
    }
  }

  /** Has work done by the thread. Blocks: no. */
  <T> CompletableFuture<T> submit(Callable<? extends T> work) {
    return commands.submit(work);
  }

  /** Makes the thread look for work. */
  void wake() {
    EngineLoop running = loop;
    if (running != null) {
      running.wake();
    }
  }

  /** Ends the captures, then the thread. */
  CompletableFuture<Void> stop() {
    var unused =
        submit(() -> {
          EngineLoop running = loop;
          if (running != null) {
            running.stop();
          }
          return null;
        });
    return ended;
  }
}
