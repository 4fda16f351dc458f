package io.midplane.gateways;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.calls.Operation;
import io.midplane.gateways.wire.Tuple;
import io.midplane.gateways.worker.Channel;
import io.midplane.gateways.worker.SourceCache;
import io.midplane.gateways.worker.WorkerSettings;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Gateways that are made and ended together, in the order in which they were made.
 *
 * <pre>{@code
 * try (var group = Group.open()) {
 *   var gateway = group.makeGateway("popen//python=python3");
 *   var channel = gateway.remoteExec("channel.send(channel.receive() * 2)");
 *   channel.send(21);
 *   System.out.println(channel.receive()); // 42
 * }
 * }</pre>
 *
 * <p>Closing it ends every member, as does the end of this JVM, within a second. Thread-safe. Calls
 * that wait are refused on threads of actors, and have an {@code Async} twin.
 */
public final class Group implements Iterable<Gateway>, AutoCloseable {
  private static final List<String> MODELS =
      List.of("thread", "main_thread_only", "eventlet", "gevent");
  private static final int WORKER_JAVA = 21;
  private static final String SETUP =
      "import os\n"
          + "path, nice, env = channel.receive()\n"
          + "if path:\n"
          + "    os.makedirs(path, exist_ok=True)\n"
          + "    os.chdir(path)\n"
          + "if nice:\n"
          + "    nice = os.nice(nice)\n"
          + "    for thread in os.listdir('/proc/self/task') if os.path.isdir('/proc/self/task')"
          + " else ():\n"
          + "        os.setpriority(os.PRIO_PROCESS, int(thread), nice)\n"
          + "os.environ.update(env or {})\n";

  private final GroupSettings settings;
  private final WorkerStore store;
  private final Shipping shipping;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Members members;
  private final Thread atExit =
      new Thread(() -> MemberEnds.endAtExit(gateways()), "gateways-at-exit");

  private Group(GroupSettings settings) {
    this.settings = settings;
    this.members = new Members(settings.model());
    this.store = new WorkerStore(settings.workerFolder());
    this.shipping = new Shipping(SourceCache.forRelease(WORKER_JAVA), settings.link().confined());
  }

  /** A group without members, as the defaults say. */
  public static Group open() {
    return open(GroupSettings.defaults());
  }

  /** A group without members. */
  public static Group open(GroupSettings settings) {
    Group group = new Group(settings);
    Runtime.getRuntime().addShutdownHook(group.atExit);
    return group;
  }

  /**
   * Changes the execution model of workers whose spec has none, to {@code thread}, {@code
   * main_thread_only}, or for Python workers {@code eventlet} or {@code gevent}.
   *
   * @throws MidplaneException INVALID_ARGUMENT for another word; NOT_ALLOWED if there are gateways
   */
  public void setExecmodel(String other) {
    if (!MODELS.contains(other)) {
      throw new MidplaneException(
          ErrorCode.INVALID_ARGUMENT, "execmodel: " + other + " (expected: one of " + MODELS + ")");
    }
    members.setModel(other);
  }

  /** One more, as the default spec says. Blocks: until its worker is there. */
  public Gateway makeGateway() {
    return makeGateway(settings.defaultSpec());
  }

  /**
   * One more. Blocks: until its worker is there, as long as the settings allow.
   *
   * @throws MidplaneException INVALID_ARGUMENT for a spec that is none, ALREADY_EXISTS for an id
   *     that is taken, both before anything is started
   * @throws WorkerDiedException if the worker ended instead of beginning
   */
  public Gateway makeGateway(String spec) {
    return makeGateway(XSpec.parse(spec));
  }

  /** The same of a spec. */
  public Gateway makeGateway(XSpec spec) {
    settings.gate().checkMayBlock(new Operation("makeGateway", "makeGatewayAsync()"));
    return make(spec);
  }

  /** The twin of {@link #makeGateway(String)}; what is wrong with the spec is thrown at once. */
  public CompletionStage<Gateway> makeGatewayAsync(String spec) {
    XSpec parsed = XSpec.parse(spec).requireStartable();
    try {
      return CompletableFuture.supplyAsync(() -> make(parsed), executor);
    } catch (RejectedExecutionException shut) {
      return CompletableFuture.failedStage(Members.closedAlready());
    }
  }

  private Gateway make(XSpec given) {
    XSpec spec = given.requireStartable();
    String id = members.reserve(spec.get("id").orElse(null));
    boolean made = false;
    try {
      Gateway gateway = begin(spec, id);
      made = members.join(id, gateway);
      if (!made) {
        var unused = gateway.end(Duration.ZERO);
        throw Members.closedAlready();
      }
      setUp(gateway);
      return gateway;
    } finally {
      if (!made) {
        members.forget(id, null);
      }
    }
  }

  private Gateway begin(XSpec spec, String id) {
    String model = spec.get("execmodel").orElseGet(members::model);
    if (spec.has("inproc")) {
      return beginInProcess(spec, id, model);
    }
    if (spec.has("socket")) {
      Gateway via = spec.get("installvia").map(this::require).orElse(null);
      SocketStart.Started started =
          SocketStart.begin(spec, id, model, via, settings.startTimeout());
      return greet(spec, id, model, started.launch(), started.endpoint());
    }
    Launch launch = Launches.of(spec, id, model, store);
    Endpoint endpoint = spec.has("via") ? forwarded(spec, launch) : local(id, launch);
    return greet(spec, id, model, launch, endpoint);
  }

  private Gateway beginInProcess(XSpec spec, String id, String model) {
    WorkerSettings own = WorkerSettings.defaults().withLink(settings.link());
    Launch launch = Launches.greeted(id, model);
    Endpoint endpoint = InProcessEndpoint.start(id, own, settings.gate());
    return greet(spec, id, model, launch, endpoint);
  }

  private Gateway greet(XSpec spec, String id, String model, Launch launch, Endpoint endpoint) {
    Handshake.make(id, launch, endpoint, settings.startTimeout());
    return new Gateway(id, spec, model, launch.farSide(), settings, endpoint, this::run, shipping);
  }

  private Endpoint local(String id, Launch launch) {
    return ProcessEndpoint.start(
        id,
        launch.arguments(),
        launch.environment(),
        !launch.remote(),
        line -> settings.output().accept(id, line));
  }

  private Endpoint forwarded(XSpec spec, Launch launch) {
    Gateway master = require(spec.get("via").orElseThrow());
    return ForwardedEndpoint.start(master, spec, launch);
  }

  /** For callbacks, also those that come behind the end of the group. */
  private void run(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException closedMeanwhile) {
      Thread.ofVirtual().start(task);
    }
  }

  /** Folder, niceness and variables. If that fails, the gateway is not left behind. */
  private void setUp(Gateway gateway) {
    XSpec spec = gateway.spec();
    if (spec.get("chdir").isEmpty() && spec.nice() == 0 && spec.environment().isEmpty()) {
      return;
    }
    try (Channel channel = gateway.execute(SETUP)) {
      channel.send(Tuple.of(spec.get("chdir").orElse(null), spec.nice(), spec.environment()));
      channel.waitClose(settings.callTimeout());
    } catch (MidplaneException failed) {
      var unused = gateway.end(Duration.ZERO);
      throw failed;
    }
  }

  /** The gateway of an id. */
  public Optional<Gateway> get(String id) {
    return members.get(id);
  }

  Gateway require(String id) {
    return get(id)
        .orElseThrow(() ->
            new MidplaneException(
                ErrorCode.NOT_FOUND, "gateway " + id + ": not in this group " + this));
  }

  /** The gateways there are, in order. */
  public List<Gateway> gateways() {
    return members.all();
  }

  /** How many there are. */
  public int size() {
    return gateways().size();
  }

  @Override
  public Iterator<Gateway> iterator() {
    return gateways().iterator();
  }

  /** Runs source text on every member; see {@link Gateway#remoteExec(String)}. */
  public MultiChannel remoteExec(String source) {
    return remoteExecOnAll(gateway -> gateway.remoteExec(source));
  }

  /** Runs something on every member, a method for example. */
  public MultiChannel remoteExecOnAll(Function<Gateway, Channel> run) {
    return MultiChannel.of(gateways().stream().map(run).toList(), settings.gate());
  }

  /**
   * Ends every member, those that others are forwarded by last. Each is asked, waited for so long,
   * then killed with what it started. Blocks: three seconds longer than the timeout at most, and as
   * often as members are behind each other.
   *
   * @return how each ended, in order
   */
  public List<MemberEnd> terminate(Duration timeout) {
    settings.gate().checkMayBlock(new Operation("terminate", "terminateAsync()"));
    return MemberEnds.endAll(gateways(), timeout);
  }

  /** The twin of {@link #terminate}. */
  public CompletionStage<List<MemberEnd>> terminateAsync(Duration timeout) {
    CompletableFuture<List<MemberEnd>> ends = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("gateways-terminate")
        .start(() -> {
          try {
            ends.complete(MemberEnds.endAll(gateways(), timeout));
          } catch (Throwable failure) {
            ends.completeExceptionally(failure);
          }
        });
    return ends;
  }

  /** Ends every member as the settings say; nothing can be made afterwards. Blocks: yes. */
  @Override
  public void close() {
    settings.gate().checkMayBlock(new Operation("close", "terminateAsync()"));
    members.close();
    var unused = MemberEnds.endAll(gateways(), settings.endTimeout());
    executor.shutdownNow();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      // Then the hook runs, and finds nobody.
    }
  }

  @Override
  public String toString() {
    return gateways().stream()
        .map(each -> "'" + each.id() + "'")
        .collect(Collectors.joining(", ", "<Group [", "]>"));
  }
}
