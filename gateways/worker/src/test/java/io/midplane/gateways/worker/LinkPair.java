package io.midplane.gateways.worker;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Both ends of a gateway in one JVM, over pipes; neither runs code. */
final class LinkPair implements Closeable {
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Pipe down;
  private final Pipe up;
  private final Listener listener = new Listener();
  final Link coordinator;
  final Link worker;
  private final Thread coordinatorReader;
  private final Thread workerReader;

  LinkPair(LinkSettings settings) throws IOException {
    this(settings, settings);
  }

  LinkPair(LinkSettings coordinatorSettings, LinkSettings workerSettings) throws IOException {
    this(coordinatorSettings, workerSettings, Link.PATIENCE);
  }

  /** Two ends of Midplane that ask each other about waits which last so long. */
  LinkPair(Duration patience) throws IOException {
    this(credits(), credits(), patience);
  }

  private static LinkSettings credits() {
    return LinkSettings.defaults().withCredits(true);
  }

  private LinkPair(LinkSettings coordinatorSettings, LinkSettings workerSettings, Duration patience)
      throws IOException {
    down = Pipe.open();
    up = Pipe.open();
    coordinator = link("gw0", Side.COORDINATOR, down, coordinatorSettings, patience);
    worker = link("gw0-worker", Side.WORKER, up, workerSettings, patience);
    coordinatorReader = read(coordinator, up);
    workerReader = read(worker, down);
  }

  private Link link(String name, Side side, Pipe pipe, LinkSettings settings, Duration patience) {
    OutputStream out = Channels.newOutputStream(pipe.sink());
    return new Link(name, side, out, settings, listener, executor, Waits.any(), patience);
  }

  private static Thread read(Link link, Pipe pipe) {
    InputStream in = Channels.newInputStream(pipe.source());
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          var unused = link.read(in);
        });
  }

  /** The same channel at both ends. */
  List<Channel> channel() {
    Channel here = coordinator.newChannel();
    return List.of(here, worker.channel(here.id()));
  }

  /** Nothing more goes from the coordinator to the worker, as if it were killed. */
  void cutDown() throws IOException {
    down.sink().close();
  }

  /** Bytes that no end would write, to the worker. */
  void inject(byte[] bytes) throws IOException {
    Channels.newOutputStream(down.sink()).write(bytes);
  }

  List<String> warnings() {
    return listener.warnings;
  }

  /** What was said of two ends that wait for each other. */
  List<BothWait> reports() {
    return listener.reports;
  }

  @Override
  public void close() throws IOException {
    down.sink().close();
    up.sink().close();
    try {
      coordinatorReader.join();
      workerReader.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    executor.shutdownNow();
  }

  private static final class Listener implements LinkListener {
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final List<BothWait> reports = new CopyOnWriteArrayList<>();

    @Override
    public void bothWait(BothWait what) {
      reports.add(what);
    }

    @Override
    public void execute(Channel channel, Object request) {
      channel.close("execution disallowed");
    }

    @Override
    public Map<String, Object> status() {
      return Map.of("numchannels", 0);
    }

    @Override
    public void warn(String line) {
      warnings.add(line);
    }
  }
}
