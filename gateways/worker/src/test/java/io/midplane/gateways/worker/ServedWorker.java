package io.midplane.gateways.worker;

import io.midplane.gateways.wire.Dict;
import io.midplane.gateways.wire.Tuple;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A worker in this JVM with a coordinator's link to it. */
final class ServedWorker implements Closeable {
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Pipe down = Pipe.open();
  private final Pipe up = Pipe.open();
  private final CompletableFuture<Boolean> served = new CompletableFuture<>();
  private final CompletableFuture<Void> held = new CompletableFuture<>();
  final Worker worker;
  final Link link;

  ServedWorker(WorkerSettings settings, Greeting greeting) throws IOException {
    worker = new Worker(settings, Tracing.of(Map.of()), () -> held.complete(null));
    InputStream in = Channels.newInputStream(up.source());
    OutputStream out = Channels.newOutputStream(down.sink());
    Thread.ofPlatform().daemon().start(this::serve);
    out.write(greeting.line());
    if (in.read() != Greeting.ANSWER) {
      throw new IOException("no answer to the greeting");
    }
    link =
        new Link(
            "gw0",
            Side.COORDINATOR,
            out,
            settings.link().withCredits(greeting.midplane()),
            new Refusing(),
            executor,
            Waits.any());
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          var unused = link.read(in);
        });
  }

  private void serve() {
    try {
      served.complete(
          worker.serve(
              Channels.newInputStream(down.source()), Channels.newOutputStream(up.sink())));
      up.sink().close();
    } catch (IOException | InterruptedException | RuntimeException failure) {
      served.completeExceptionally(failure);
    }
  }

  /** Runs source text on a fresh channel. */
  Channel run(String source) {
    return run(source, null, null);
  }

  Channel run(String source, String fileName, String function) {
    return link.execute(Tuple.of(source, fileName, function, new Dict()));
  }

  /** Whether all tasks ended, once it is over. */
  CompletableFuture<Boolean> served() {
    return served;
  }

  /** Completes when a task holds the thread that serves, and ignores interrupts. */
  CompletableFuture<Void> held() {
    return held;
  }

  /** As if the coordinator were gone. */
  @Override
  public void close() throws IOException {
    down.sink().close();
  }

  static final class Refusing implements LinkListener {
    @Override
    public void execute(Channel channel, Object request) {
      channel.close("execution disallowed");
    }

    @Override
    public Map<String, Object> status() {
      return Map.of();
    }

    @Override
    public void warn(String line) {
      System.out.println(line);
    }
  }
}
