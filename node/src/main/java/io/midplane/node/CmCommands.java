package io.midplane.node;

/** The commands that read and change tables. */
final class CmCommands {
  private CmCommands() {}

  static Command group() {
    return new CommandGroup("cm", "Reads and changes the tables of the node's agents.")
        .with("tables", CmTables::new)
        .with("get", CmGet::new)
        .with("walk", CmWalk::new)
        .with("set", CmSet::new)
        .with("op", CmOp::new);
  }
}
