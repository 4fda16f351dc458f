package io.midplane.node;

/** The commands for a node as a whole. */
final class NodeCommands {
  private NodeCommands() {}

  static Command group() {
    return new CommandGroup("node", "Starts and stops a node, and shows its state.")
        .with("start", NodeStart::new)
        .with("status", NodeStatus::new)
        .with("stop", NodeStop::new);
  }
}
