package io.midplane.node;

/** The commands for the event bus. */
final class EventsCommands {
  private EventsCommands() {}

  static Command group() {
    return new CommandGroup("events", "Shows what happens in the node.")
        .with("watch", EventsWatch::new);
  }
}
