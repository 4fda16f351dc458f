package io.midplane.node;

/** The commands for saved configurations. */
final class ConfigCommands {
  private ConfigCommands() {}

  static Command group() {
    return new CommandGroup("config", "Saves, selects and compares configurations.")
        .with("save", ConfigSave::new)
        .with("list", ConfigList::new)
        .with("use", ConfigUse::new)
        .with("show", ConfigShow::new)
        .with("diff", ConfigDiff::new);
  }
}
