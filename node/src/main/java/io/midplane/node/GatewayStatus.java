package io.midplane.node;

import io.midplane.gateways.Gateway;
import io.midplane.gateways.RemoteInfo;
import io.midplane.gateways.RemoteStatus;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** {@code gateway status}: where workers run and what they do. */
final class GatewayStatus extends GatewayCommand {
  @Override
  public String name() {
    return "status";
  }

  @Override
  public String summary() {
    return "Prints where the workers of gateways run, a line each.";
  }

  @Override
  int run(List<Gateway> gateways, ParseResult line, CommandContext context) {
    JsonLines lines = new JsonLines(context.out());
    for (Gateway gateway : gateways) {
      RemoteInfo info = gateway.remoteInfo();
      RemoteStatus status = gateway.remoteStatus();
      if (context.json()) {
        lines.print(json -> {
          json.writeStringField("gateway", gateway.id());
          json.writeStringField("spec", gateway.spec().toString());
          json.writeStringField("executable", info.executable());
          json.writeStringField("version", String.join(".", info.version()));
          json.writeStringField("platform", info.platform());
          json.writeStringField("folder", info.folder());
          json.writeNumberField("pid", info.pid());
          json.writeStringField("model", status.model());
          json.writeNumberField("channels", status.channels());
          json.writeNumberField("executing", status.executing());
        });
      } else {
        context
            .out()
            .printf(
                "%s  %s  %s %s on %s, pid %d, %s model, %d tasks%n",
                gateway.id(),
                gateway.spec(),
                info.executable(),
                String.join(".", info.version().subList(0, Math.min(3, info.version().size()))),
                info.platform(),
                info.pid(),
                status.model(),
                status.executing());
      }
    }
    return ExitStatus.OK;
  }
}
