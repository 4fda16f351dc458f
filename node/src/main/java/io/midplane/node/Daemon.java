package io.midplane.node;

import io.midplane.actors.Agent;
import io.midplane.actors.AgentHandle;
import io.midplane.actors.AgentStatus;
import io.midplane.actors.DataDirectory;
import io.midplane.actors.Midplane;
import io.midplane.actors.MidplaneSettings;
import io.midplane.actors.ProcessState;
import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import io.midplane.cm.Configuration;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node in this process, from its start to its end. */
final class Daemon {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  /** A node that has not stopped so long after it was told to is cut off. */
  private static final Duration STOP_LIMIT = Duration.ofMillis(4500);

  /** What the runtime gives its actors to stop, unless set otherwise. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);

  /**
   * What the command line says.
   *
   * @param config a HOCON file; null for none
   * @param name the node's name; null for the one in the settings
   * @param agents each {@code CLASS[=NAME]}
   */
  record Options(
      Path data, Path socket, @Nullable Path config, @Nullable String name, List<String> agents) {}

  private final Options options;
  private final PrintStream out;

  Daemon(Options options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /**
   * Runs the node. Blocks: until it was told to stop, and has.
   *
   * @return the exit status
   * @throws MidplaneException if it cannot start
   */
  int run() {
    DataDirectory directory = DataDirectory.open(options.data());
    try (NodeLock _ = NodeLock.take(directory.path())) {
      MidplaneSettings settings = settings(directory);
      NodeSettings node = NodeSettings.read(settings.resolve());
      Map<String, Supplier<Agent>> agents = agents(node);
      NodeLogging.start(directory.folder("log"), node.log());
      return serve(settings, node, directory.path(), agents);
    }
  }

  private MidplaneSettings settings(DataDirectory directory) {
    MidplaneSettings settings = MidplaneSettings.defaults().stopTimeout(STOP_TIMEOUT);
    if (options.config() != null) {
      settings = settings.withFile(options.config());
    }
    if (options.name() != null) {
      settings = settings.name(options.name());
    }
    return settings.dataDirectory(directory.path());
  }

  private Map<String, Supplier<Agent>> agents(NodeSettings node) {
    List<AgentSpec> specs = new ArrayList<>(node.agents());
    options.agents().forEach(text -> specs.add(AgentSpec.parse(text)));
    Map<String, Supplier<Agent>> agents = new LinkedHashMap<>();
    for (AgentSpec spec : specs) {
      if (agents.put(spec.name(), spec.load()) != null) {
        throw new MidplaneException(
            ErrorCode.ALREADY_EXISTS,
            "agent %s: named twice (expected: once); name one of them: --agent CLASS=NAME"
                .formatted(spec.name()));
      }
    }
    return agents;
  }

  private int serve(
      MidplaneSettings settings,
      NodeSettings nodeSettings,
      Path data,
      Map<String, Supplier<Agent>> agents) {
    CountDownLatch stopped = new CountDownLatch(1);
    try (var stop = new StopSignal();
        var midplane = Midplane.start(settings)) {
      var _ = stop.whenStopped().thenRun(() -> cutOffAfter(STOP_LIMIT, stopped));
      var node = new RunningNode(midplane, data, stop);
      var service = new NodeService(node, nodeSettings.eventBuffer());
      // Before the agents, so that every one of them finds it.
      var _ = Configuration.of(midplane);
      try (var server =
          NorthboundServer.start(
              options.socket(), midplane.name(), nodeSettings.limits(), service)) {
        return serve(node, server, stop, agents, nodeSettings.readyTimeout());
      }
    } finally {
      stopped.countDown();
    }
  }

  private int serve(
      RunningNode node,
      NorthboundServer server,
      StopSignal stop,
      Map<String, Supplier<Agent>> agents,
      Duration readyTimeout) {
    Midplane midplane = node.midplane();
    var ended = midplane.whenClosed().toCompletableFuture();
    var giveUp = CompletableFuture.anyOf(stop.whenStopped(), ended);
    launch(midplane, agents, giveUp, readyTimeout);
    if (!stop.whenStopped().isDone()) {
      node.enter(ProcessState.READY);
      LOG.info("NODE-0101 node {} is ready at {}", midplane.name(), server.path());
      out.println("ready " + server.path());
      out.flush();
    }
    var _ = CompletableFuture.anyOf(stop.whenStopped(), ended).join();
    if (!stop.whenStopped().isDone()) {
      LOG.error("NODE-0102 the runtime has ended by itself; the node ends with it");
      return ExitStatus.FAILED;
    }
    LOG.info("NODE-0103 node {} stops: {}", midplane.name(), stop.whenStopped().join());
    return ExitStatus.OK;
  }

  /** Starts the agents and waits until they are READY, for some time. */
  private static void launch(
      Midplane midplane,
      Map<String, Supplier<Agent>> agents,
      CompletableFuture<?> giveUp,
      Duration timeout) {
    CompletableFuture<?>[] ready =
        agents.entrySet().stream()
            .map(agent -> midplane.launch(agent.getValue(), agent.getKey()))
            .map(AgentHandle::whenReady)
            .map(stage -> stage.toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture<?> settled =
        CompletableFuture.anyOf(CompletableFuture.allOf(ready), giveUp)
            .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    var _ = settled.handle((done, late) -> done).join();
    if (!giveUp.isDone()) {
      midplane.agents().forEach(agent -> warnUnlessReady(agent, timeout));
    }
  }

  private static void warnUnlessReady(AgentStatus agent, Duration waited) {
    if (agent.state() != ProcessState.READY) {
      LOG.warn(
          "NODE-0104 agent {} is {} and not READY after {} s: {}; the node serves without it",
          agent.name(),
          agent.state(),
          waited.toSeconds(),
          agent.detail().isEmpty() ? "it has not said what it waits for" : agent.detail());
    }
  }

  private static void cutOffAfter(Duration limit, CountDownLatch stopped) {
    Thread.ofPlatform()
        .daemon()
        .name("midplane-cut-off")
        .start(() -> {
          try {
            if (!stopped.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
              LOG.error("NODE-0106 still stopping after {}; the process is cut off", limit);
              Runtime.getRuntime().halt(ExitStatus.OK);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
