package io.midplane.gateways.worker;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Serves gateways: takes the greeting, then runs what it is told to run until the other end says
 * that it is over, or is gone. One worker serves any number of gateways at once and keeps what it
 * compiled for all of them.
 *
 * <p>Stock execnet of Python drives it as it drives its own: source text is Java then, statements
 * with {@code channel} in scope, or a class with {@code static void main(Channel channel)}.
 */
public final class Worker {
  private static final int BUFFER = 1 << 16;

  /** How long the other side may take to read what was sent before the end. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final WorkerSettings settings;
  private final SourceCache cache = SourceCache.forThisJava();
  private final Tracing tracing;
  private final Runnable whenHeld;
  private final Waits waits;
  private final Set<Tasks> serving = ConcurrentHashMap.newKeySet();

  /** A worker that serves nobody yet. */
  public Worker(WorkerSettings settings, Tracing tracing) {
    this(settings, tracing, () -> {});
  }

  /**
   * The same for a process.
   *
   * @param whenHeld run when all is over but tasks that ignore interrupts, one of which may hold
   *     the thread that called {@link #serve}, or but a stream that does not end
   */
  Worker(WorkerSettings settings, Tracing tracing, Runnable whenHeld) {
    this(settings, tracing, whenHeld, Waits.any());
  }

  /** The same whose tasks and their waits are seen. */
  Worker(WorkerSettings settings, Tracing tracing, Runnable whenHeld, Waits waits) {
    this.settings = settings;
    this.tracing = tracing;
    this.whenHeld = whenHeld;
    this.waits = waits;
  }

  /**
   * Serves one gateway, greeting included. Blocks: until it is over and its tasks ended, or were
   * interrupted and did not end.
   *
   * @return whether all tasks ended
   * @throws IOException if the streams broke before the first frame
   * @throws MidplaneException if the greeting wants what a Java worker does not have
   */
  public boolean serve(InputStream in, OutputStream out) throws IOException, InterruptedException {
    InputStream buffered = new BufferedInputStream(in, BUFFER);
    Greeting greeting = Greeting.read(buffered);
    if (greeting == null) {
      return true;
    }
    return serve(greeting, buffered, out, () -> {});
  }

  /**
   * The same behind the greeting, which it answers.
   *
   * @param connection closed if the other side is silent and all is over
   */
  boolean serve(Greeting greeting, InputStream in, OutputStream out, Closeable connection)
      throws IOException, InterruptedException {
    out.write(Greeting.ANSWER);
    out.flush();
    WorkerSettings own =
        settings
            .withModel(greeting.model())
            .withLink(settings.link().withCredits(greeting.midplane()));
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    Served served = new Served(own, greeting, out, executor, connection);
    tracing.line("creating workergateway on " + greeting.id());
    serving.add(served.tasks);
    try {
      return own.usesMainThread() ? served.runTasksHere(in) : served.readHere(in);
    } finally {
      serving.remove(served.tasks);
      executor.shutdownNow();
    }
  }

  /** Interrupts every task of every gateway; the gateways live on. */
  public void interruptTasks() {
    serving.forEach(Tasks::interrupt);
  }

  /** One gateway. */
  private final class Served implements LinkListener {
    private final WorkerSettings own;
    private final boolean midplane;
    private final Closeable connection;
    private final Queue<WorkerServer> servers = new ConcurrentLinkedQueue<>();
    private final MainThread mainThread = new MainThread();
    private final Link link;
    private final Tasks tasks;

    Served(
        WorkerSettings own,
        Greeting greeting,
        OutputStream out,
        ExecutorService executor,
        Closeable connection) {
      this.own = own;
      this.connection = connection;
      this.midplane = greeting.midplane();
      this.link = new Link(greeting.id(), Side.WORKER, out, own.link(), this, executor, waits);
      this.tasks = new Tasks(link, own, mainThread);
    }

    /** Reads to the end and waits for the tasks. */
    boolean readHere(InputStream in) throws IOException, InterruptedException {
      var unused = link.read(in);
      return finish();
    }

    /** Lends this thread to tasks, and has another one read. */
    boolean runTasksHere(InputStream in) throws IOException, InterruptedException {
      FutureTask<Boolean> reading = new FutureTask<>(() -> readElsewhere(in));
      Thread.ofPlatform().daemon().name(link.name() + "-reader").start(reading);
      mainThread.serve();
      return ended(reading);
    }

    private boolean readElsewhere(InputStream in) throws IOException, InterruptedException {
      try {
        boolean ended = readHere(in);
        if (!ended) {
          whenHeld.run();
        }
        return ended;
      } finally {
        mainThread.end();
      }
    }

    private static boolean ended(FutureTask<Boolean> reading)
        throws IOException, InterruptedException {
      try {
        return reading.get();
      } catch (ExecutionException failed) {
        if (failed.getCause() instanceof IOException broken) {
          throw broken;
        }
        throw new IllegalStateException(failed.getCause());
      }
    }

    /** Waits for the tasks, then interrupts them and waits again. */
    boolean finish() throws IOException, InterruptedException {
      closeServers();
      boolean ended = tasks.awaitNone(own.grace());
      if (!ended) {
        tasks.interrupt();
        ended = tasks.awaitNone(own.afterInterrupt());
      }
      if (!link.awaitWritten(LAST_WORDS)) {
        tracing.line("not everything could be sent");
      }
      return ended;
    }

    @Override
    public void silent(String how) {
      link.end(
          new LinkEnd(
              false, new MidplaneException(ErrorCode.UNREACHABLE, link.name() + ": " + how)));
      Thread.ofPlatform().daemon().name(link.name() + "-end").start(this::endInSilence);
    }

    /** The reader waits for a stream that may never end. */
    private void endInSilence() {
      try (connection) {
        var unused = finish();
      } catch (IOException | InterruptedException broken) {
        tracing.line(link.name() + ": " + broken);
      }
      whenHeld.run();
    }

    @Override
    public void execute(Channel channel, @Nullable Object sent) {
      Request request = Request.of(sent);
      tasks.start(channel, taskOf(request));
    }

    private Task taskOf(Request request) {
      Task task = ShippedTask.of(request);
      if (task == null) {
        task = Builtins.of(request, this::listen);
      }
      return task == null ? new JavaTask(cache, request) : task;
    }

    private void listen(Channel channel) throws IOException {
      servers.add(Listening.begin(channel, Worker.this, midplane));
      if (link.ended() != null) {
        closeServers();
      }
    }

    private void closeServers() throws IOException {
      for (WorkerServer next = servers.poll(); next != null; next = servers.poll()) {
        next.close();
      }
    }

    @Override
    public Map<String, Object> status() {
      Map<String, Object> status = new LinkedHashMap<>();
      status.put("numchannels", link.channelCount());
      status.put("numexecuting", tasks.count());
      status.put("execmodel", own.model().word());
      return status;
    }

    @Override
    public void warn(String line) {
      System.err.println("[" + ProcessHandle.current().pid() + "] " + line);
    }

    @Override
    public void outputWanted() {
      tasks.wantOutput();
    }

    @Override
    public boolean traces() {
      return tracing.isOn();
    }

    @Override
    public void trace(String line) {
      tracing.line(line);
    }
  }
}
