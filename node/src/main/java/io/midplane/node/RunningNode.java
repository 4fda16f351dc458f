package io.midplane.node;

import io.midplane.actors.AgentStatus;
import io.midplane.actors.Midplane;
import io.midplane.actors.ProcessState;
import io.midplane.cm.Configuration;
import io.midplane.protocol.ValueCodec;
import io.midplane.protocol.northbound.v1.Reply;
import io.midplane.protocol.northbound.v1.StatusReply;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletionStage;

/** A node that runs, as far as it can be asked about itself and told to stop. Thread-safe. */
final class RunningNode {
  private final Midplane midplane;
  private final Path data;
  private final StopSignal stop;
  private final Instant started = Instant.now();
  private volatile ProcessState state = ProcessState.LOADCFG;

  RunningNode(Midplane midplane, Path data, StopSignal stop) {
    this.midplane = midplane;
    this.data = data;
    this.stop = stop;
  }

  Midplane midplane() {
    return midplane;
  }

  void enter(ProcessState next) {
    state = next;
  }

  void stop(String why) {
    stop.stop(why);
  }

  CompletionStage<Reply> status() {
    Configuration configuration = Configuration.of(midplane);
    return configuration
        .completingOn(Runnable::run)
        .selectedAsync()
        .thenApply(selected ->
            Reply.newBuilder()
                .setStatus(status(configuration.dirty(), selected.orElse("")))
                .build());
  }

  private StatusReply status(boolean dirty, String selected) {
    var reply =
        StatusReply.newBuilder()
            .setName(midplane.name())
            .setVersion(Version.TEXT)
            .setPid(ProcessHandle.current().pid())
            .setDataFolder(data.toString())
            .setState(state.name())
            .setStartedMicros(ValueCodec.micros(started))
            .setDirty(dirty)
            .setSelected(selected);
    midplane.agents().forEach(agent -> reply.addAgents(message(agent)));
    return reply.build();
  }

  private static io.midplane.protocol.northbound.v1.AgentStatus message(AgentStatus agent) {
    Throwable failure = agent.failure();
    return io.midplane.protocol.northbound.v1.AgentStatus.newBuilder()
        .setName(agent.name())
        .setState(agent.state().name())
        .setRestarts(agent.restarts())
        .setStartedMicros(ValueCodec.micros(agent.started()))
        .setFailure(failure == null ? "" : String.valueOf(failure.getMessage()))
        .setWaitingFor(failure == null ? agent.detail() : "")
        .build();
  }
}
