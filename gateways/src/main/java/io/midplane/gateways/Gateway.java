package io.midplane.gateways;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import io.midplane.gateways.wire.StringCoercion;
import io.midplane.gateways.wire.Tuple;
import io.midplane.gateways.worker.BothWait;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.LineQueue;
import io.midplane.gateways.worker.Link;
import io.midplane.gateways.worker.LinkListener;
import io.midplane.gateways.worker.Side;
import io.midplane.gateways.worker.Tracing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An interpreter that this JVM started or reached, here or elsewhere: it runs what it is sent and
 * talks back through {@link Channel}s. {@link Group#makeGateway(String)} makes one; closing it, or
 * its group, ends the far end and leaves nothing behind.
 *
 * <p>Thread-safe. When the far end dies, everybody who waits on a channel of it gets a {@link
 * WorkerDiedException} at once.
 */
public final class Gateway implements AutoCloseable {
  private final String id;
  private final XSpec spec;
  private final String model;
  private final FarSide farSide;
  private final GroupSettings settings;
  private final Link link;
  private final Tracing tracing;
  private final Shipping shipping;
  private final FarEnd farEnd;
  private final LineQueue output;

  Gateway(
      String id,
      XSpec spec,
      String model,
      FarSide farSide,
      GroupSettings settings,
      Endpoint endpoint,
      Executor executor,
      Shipping shipping) {
    this.id = id;
    this.spec = spec;
    this.model = model;
    this.farSide = farSide;
    this.settings = settings;
    this.tracing = Tracing.of(System.getenv());
    this.shipping = shipping;
    this.output = new LineQueue(executor, line -> settings.output().accept(id, line));
    boolean credits = farSide == FarSide.JAVA;
    this.link =
        new Link(
            id,
            Side.COORDINATOR,
            endpoint.out(),
            settings.link().withCredits(credits),
            new Listener(),
            executor,
            endpoint instanceof InProcessEndpoint here ? here.waits() : this::checkMayWait);
    this.farEnd = new FarEnd(id, endpoint, link, tracing);
  }

  private void checkMayWait(String operation) {
    settings.gate().checkMayBlock(new Operation(operation, operation + "Async()"));
  }

  Link link() {
    return link;
  }

  void start(Runnable whenClosed) {
    farEnd.start(whenClosed);
    if (farSide == FarSide.JAVA) {
      watchOver();
    }
  }

  /**
   * Another thread of this JVM cannot fall silent by itself. A process that this one started sees
   * the end of its input when this one ends, and so does one that another gateway started; others
   * have to watch for themselves.
   */
  private void watchOver() {
    boolean elsewhere = farEnd.isElsewhere();
    if (!spec.has("inproc")) {
      @Nullable Link carrier = farEnd.carrier();
      boolean alone = elsewhere || spec.has("ssh") || spec.has("vagrant_ssh");
      link.watchOver(alone && carrier == null, carrier);
    }
    if (elsewhere) {
      askForOutput();
    }
  }

  /** What a process prints that this JVM did not start comes over the gateway. */
  private void askForOutput() {
    try {
      link.requestOutput();
    } catch (MidplaneException gone) {
      tracing.line(id + " is gone already: " + gone.getMessage());
    }
  }

  /** Its id in its group. */
  public String id() {
    return id;
  }

  /** What it was made of. */
  public XSpec spec() {
    return spec;
  }

  /** What runs at the far end. */
  public FarSide farSide() {
    return farSide;
  }

  /** Whether the far end is there, as far as this side knows. */
  public boolean isReceiving() {
    return farEnd.isThere();
  }

  /**
   * Runs source text at the far end: Python there, or Java, which is statements with {@code
   * channel} in scope, or a class with {@code static void main(Channel channel)}. Java is compiled
   * here. Blocks: while Java compiles, and as the stream does.
   *
   * @return the channel that the code sees as {@code channel}; it closes when the code ends
   * @throws MidplaneException INVALID_ARGUMENT for Java that does not compile, with file and line;
   *     CLOSED or UNREACHABLE if the far end is gone
   */
  public Channel remoteExec(String source) {
    return remoteExec(source, null);
  }

  /** The same with the name that tracebacks show. */
  public Channel remoteExec(String source, @Nullable String fileName) {
    return farSide == FarSide.JAVA
        ? confined(link.execute(shipping.source(source, fileName)))
        : link.execute(Tuple.of(SourceIndent.removed(source), fileName, null, Map.of()));
  }

  /**
   * Runs a file of source text. Blocks: reads it.
   *
   * @throws MidplaneException NOT_FOUND if it cannot be read
   */
  public Channel remoteExec(Path file) {
    try {
      return remoteExec(Files.readString(file), file.toString());
    } catch (IOException unreadable) {
      throw new MidplaneException(
          ErrorCode.NOT_FOUND, "file " + file + ": " + unreadable, unreadable);
    }
  }

  /**
   * Calls a function of a Python text with the channel and these arguments.
   *
   * @param arguments by name
   * @throws MidplaneException UNSUPPORTED if the far end is Java
   */
  public Channel remoteCall(String source, String function, Map<String, ?> arguments) {
    if (farSide == FarSide.JAVA) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          "gateway "
              + id
              + ": function "
              + function
              + " (expected: a Python worker; for Java,"
              + " remoteExec with a method)");
    }
    return link.execute(Tuple.of(SourceIndent.removed(source), null, function, arguments));
  }

  /**
   * Runs a static method of a class here at the far end: {@code remoteExec(Tasks::count)}. The
   * class travels, and what it needs of its own origin follows when it is needed; nothing of this
   * JVM's state does.
   *
   * @throws MidplaneException INVALID_ARGUMENT for what is no static method; UNSUPPORTED if the far
   *     end is not Midplane's Java worker
   */
  public Channel remoteExec(RemoteTask task) {
    return remoteExec(MethodReference.of(task));
  }

  /** The same with an argument. */
  public <A extends @Nullable Object> Channel remoteExec(RemoteTask.With1<A> task, A argument) {
    return remoteExec(MethodReference.of(task), argument);
  }

  /** The same with two arguments. */
  public <A extends @Nullable Object, B extends @Nullable Object> Channel remoteExec(
      RemoteTask.With2<A, B> task, A first, B second) {
    return remoteExec(MethodReference.of(task), first, second);
  }

  /** The same with three arguments. */
  public <A extends @Nullable Object, B extends @Nullable Object, C extends @Nullable Object>
      Channel remoteExec(RemoteTask.With3<A, B, C> task, A first, B second, C third) {
    return remoteExec(MethodReference.of(task), first, second, third);
  }

  /**
   * The same with a method found by its name: its parameters are the channel and these arguments.
   */
  public Channel remoteExec(Class<?> type, String method, @Nullable Object... arguments) {
    return remoteExec(new MethodReference(type, method), arguments);
  }

  private Channel remoteExec(MethodReference method, @Nullable Object... arguments) {
    if (farSide != FarSide.JAVA) {
      throw new MidplaneException(
          ErrorCode.UNSUPPORTED,
          "gateway " + id + ": " + method + " (expected: a Java worker of Midplane)");
    }
    Channel questions = link.newOwnChannel();
    try {
      return confined(link.execute(shipping.method(method, arguments, questions)));
    } catch (MidplaneException failed) {
      link.discard(questions);
      throw failed;
    }
  }

  private Channel confined(Channel channel) {
    return settings.link().confined() ? channel.confine() : channel;
  }

  /** Has the far end start and forward another worker. */
  Channel forward() {
    return link.executeOwn(KnownRequests.forwarder());
  }

  /** Has the far end listen for one connection. */
  Channel listen() {
    return link.executeOwn(KnownRequests.listener());
  }

  /**
   * Has the far end receive a tree of files; {@link io.midplane.gateways.rsync.Rsync} says what to
   * send.
   */
  public Channel receiveFiles() {
    return link.executeOwn(KnownRequests.receiver());
  }

  /** Runs Python text that a Java worker knows by heart. */
  Channel execute(String known) {
    return link.executeOwn(KnownRequests.of(known));
  }

  /** A channel without code; send it to code at the far end. */
  public Channel newChannel() {
    return link.newChannel();
  }

  /**
   * What the worker says of itself. Blocks: yes.
   *
   * @throws MidplaneException CLOSED or UNREACHABLE if the far end is gone, TIMED_OUT
   */
  public RemoteStatus remoteStatus() {
    Channel channel = link.requestStatus();
    return KnownRequests.status(id, channel.receive(settings.callTimeout()));
  }

  /** The twin of {@link #remoteStatus()}. */
  public CompletionStage<RemoteStatus> remoteStatusAsync() {
    return link.requestStatus()
        .receiveAsync()
        .thenApply(answer -> KnownRequests.status(id, answer));
  }

  /** Where the worker runs. Blocks: yes. */
  public RemoteInfo remoteInfo() {
    Channel channel = link.executeOwn(KnownRequests.information(farSide));
    return KnownRequests.information(id, channel.receive(settings.callTimeout()));
  }

  /** The twin of {@link #remoteInfo()}. */
  public CompletionStage<RemoteInfo> remoteInfoAsync() {
    return link.executeOwn(KnownRequests.information(farSide))
        .receiveAsync()
        .thenApply(answer -> KnownRequests.information(id, answer));
  }

  /** Changes what strings of another Python become on channels made from now on, at both ends. */
  public void reconfigure(StringCoercion strings) {
    link.reconfigure(strings);
  }

  /**
   * Ends it: asks, waits so long, kills. It leaves its group. More than once is no error. Blocks:
   * three seconds longer than the timeout at most.
   */
  public MemberEnd terminate(Duration timeout) {
    settings.gate().checkMayBlock(new Operation("terminate", "terminateAsync()"));
    return end(timeout);
  }

  /** The twin of {@link #terminate}. */
  public CompletionStage<MemberEnd> terminateAsync(Duration timeout) {
    CompletableFuture<MemberEnd> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .name(id + "-terminate")
        .start(() -> {
          try {
            result.complete(end(timeout));
          } catch (Throwable failure) {
            result.completeExceptionally(failure);
          }
        });
    return result;
  }

  /** Ends it as its group's settings say. Blocks: yes. */
  @Override
  public void close() {
    var unused = terminate(settings.endTimeout());
  }

  MemberEnd end(Duration timeout) {
    return farEnd.end(timeout);
  }

  /** Tells the far end; elsewhere, since a worker that is stopped takes nothing. */
  void beginEnd() {
    farEnd.beginEnd();
  }

  MemberEnd finishEnd(Duration timeout) {
    return farEnd.finishEnd(timeout);
  }

  /** The process of the far end if this JVM started it; empty otherwise. */
  public Optional<ProcessHandle> process() {
    return farEnd.process();
  }

  @Override
  public String toString() {
    return "<Gateway id='%s' %s, %s model, %d active channels>"
        .formatted(
            id, isReceiving() ? "receive-live" : "not-receiving", model, link.channelCount());
  }

  private final class Listener implements LinkListener {
    @Override
    public void execute(Channel channel, @Nullable Object request) {
      channel.close("execution disallowed");
    }

    @Override
    public Map<String, Object> status() {
      return Map.of("numchannels", link.channelCount(), "numexecuting", 0, "execmodel", model);
    }

    @Override
    public void warn(String line) {
      settings.output().accept(id, line);
    }

    @Override
    public void silent(String how) {
      farEnd.silent(how);
    }

    @Override
    public void bothWait(BothWait what) {
      ChannelDeadlock.log(id, what);
    }

    @Override
    public MidplaneException refusal(BothWait what) {
      return ChannelDeadlock.refusal(id, what);
    }

    @Override
    public void output(String line) {
      output.add(line);
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
