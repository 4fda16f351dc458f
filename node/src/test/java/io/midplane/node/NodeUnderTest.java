package io.midplane.node;

import io.midplane.actors.Midplane;
import io.midplane.actors.MidplaneSettings;
import io.midplane.actors.ProcessState;
import io.midplane.cm.CmAgent;
import io.midplane.cm.Configuration;
import java.nio.file.Path;

/** A node in this JVM: a runtime with an agent, and the server in front of it. */
final class NodeUnderTest implements AutoCloseable {
  private final StopSignal stop = new StopSignal();
  private final Midplane midplane;
  private final NorthboundServer server;

  NodeUnderTest(Path folder, CmAgent agent, String name) {
    Path data = folder.resolve("data");
    midplane = Midplane.start(MidplaneSettings.defaults().dataDirectory(data));
    RunningNode node = new RunningNode(midplane, data, stop);
    var _ = Configuration.of(midplane);
    server =
        NorthboundServer.start(
            folder.resolve("node.sock"),
            "midplane",
            ServerLimits.DEFAULT,
            new NodeService(node, 16));
    midplane.spawn(agent, name);
    node.enter(ProcessState.READY);
  }

  Midplane midplane() {
    return midplane;
  }

  StopSignal stopSignal() {
    return stop;
  }

  Path socket() {
    return server.path();
  }

  @Override
  public void close() {
    server.close();
    midplane.close();
    stop.close();
  }
}
