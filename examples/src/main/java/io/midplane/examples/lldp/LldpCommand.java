package io.midplane.examples.lldp;

import io.midplane.actors.AgentHandle;
import io.midplane.actors.Event;
import io.midplane.actors.EventId;
import io.midplane.actors.Midplane;
import io.midplane.cm.Configuration;
import io.midplane.node.Command;
import io.midplane.node.CommandContext;
import io.midplane.node.ExitStatus;
import io.midplane.node.StopSignal;
import io.midplane.packet.PacketPort;
import io.midplane.packet.PortOptions;
import io.midplane.protocol.Row;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code packet lldp}: the agent on some interfaces; prints neighbours as they come and go. */
final class LldpCommand implements Command {
  private static final String LOG_SETTINGS = "logback.configurationFile";
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final EventId NEIGHBORS = EventId.of("lldp", "neighbor");

  @Override
  public String name() {
    return "lldp";
  }

  @Override
  public String summary() {
    return "Speaks LLDP on interfaces and prints neighbours as they come and go, until"
        + " interrupted.";
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("1..*")
            .paramLabel("INTERFACE")
            .description("An interface's name.")
            .build());
    spec.addOption(
        OptionSpec.builder("--vr")
            .type(String.class)
            .paramLabel("VR")
            .description("The virtual router, a network namespace, that has the interfaces.")
            .build());
  }

  @Override
  public int run(ParseResult line, CommandContext context) throws Exception {
    List<String> names = line.matchedPositionalValue(0, List.of());
    String router = line.matchedOptionValue("--vr", "");
    for (String name : names) {
      // Says at once what the agent would try again and again.
      PacketPort.open(name, PortOptions.defaults().withVirtualRouter(router)).close();
    }
    if (System.getProperty(LOG_SETTINGS) == null) {
      System.setProperty(LOG_SETTINGS, "io/midplane/examples/demo/logback.xml");
    }
    try (var signal = new StopSignal();
        Midplane midplane = Midplane.start()) {
      midplane.events().subscribe(NEIGHBORS, event -> print(event, context.out()));
      LldpIdentity identity = LldpIdentity.of(hostName());
      AgentHandle agent =
          midplane.spawn(new LldpAgent(identity, LldpLink.inRouter(router)), "lldp");
      for (String name : names) {
        Configuration.of(midplane).set("lldp_port", Row.of("name", name));
      }
      context.err().println("speaking LLDP as " + identity.systemName() + ", Ctrl-C ends");
      String unused = signal.whenStopped().get();
      agent.stop();
    }
    return ExitStatus.OK;
  }

  private static String hostName() throws IOException {
    return Files.readString(HOST_NAME).strip();
  }

  private static void print(Event event, PrintStream out) {
    Row data = event.data();
    synchronized (out) {
      out.println(
          "%s %s: %s port %s%s"
              .formatted(
                  event.id().parts().getLast(),
                  data.get("port"),
                  data.get("chassis"),
                  data.get("neighborPort"),
                  String.valueOf(data.get("systemName")).isEmpty()
                      ? ""
                      : " (" + data.get("systemName") + ")"));
      out.flush();
    }
  }
}
