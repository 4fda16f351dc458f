package io.midplane.examples.lldp;

import io.midplane.node.Command;
import io.midplane.node.CommandProvider;
import java.util.Map;
import java.util.function.Supplier;

/** Adds {@code midplane packet lldp}. */
public final class LldpCommands implements CommandProvider {

  /** For the service loader. */
  public LldpCommands() {}

  @Override
  public Map<String, Supplier<Command>> commands() {
    return Map.of("packet lldp", LldpCommand::new);
  }
}
