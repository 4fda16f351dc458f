package io.midplane.benchmarks;

import io.midplane.node.Command;
import io.midplane.node.CommandGroup;
import io.midplane.node.CommandProvider;
import java.util.Map;
import java.util.function.Supplier;

/** Adds {@code bench} to the {@code midplane} program; found by its service loader. */
public final class BenchCommands implements CommandProvider {

  /** Made by the service loader. */
  public BenchCommands() {}

  @Override
  public Map<String, Supplier<Command>> commands() {
    return Map.of("bench", BenchCommands::group);
  }

  private static Command group() {
    return new CommandGroup("bench", "Measures the figures of the project.")
        .with("list", BenchList::new)
        .with("run", BenchRun::new);
  }
}
