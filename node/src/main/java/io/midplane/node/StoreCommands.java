package io.midplane.node;

/** The commands for XenStore: a server, and what the {@code xenstore-*} tools do. */
final class StoreCommands {
  private StoreCommands() {}

  static Command group() {
    return new CommandGroup("xenstore", "Serves XenStore, and reads and changes it.")
        .with("serve", StoreServe::new)
        .with("read", StoreRead::new)
        .with("write", StoreWrite::new)
        .with("list", StoreList::new)
        .with("ls", StoreLs::new)
        .with("exists", StoreExists::new)
        .with("rm", StoreRm::new)
        .with("mkdir", StoreMkdir::new)
        .with("chmod", StoreChmod::new)
        .with("watch", StoreWatch::new);
  }
}
