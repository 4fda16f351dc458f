package io.midplane.examples.demo;

import io.midplane.node.Command;
import io.midplane.node.CommandProvider;
import java.util.Map;
import java.util.function.Supplier;

/** Adds {@code midplane demo}. */
public final class DemoCommands implements CommandProvider {

  /** For the service loader. */
  public DemoCommands() {}

  @Override
  public Map<String, Supplier<Command>> commands() {
    return Map.of("demo", DemoCommand::new);
  }
}
