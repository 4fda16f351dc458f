package io.midplane.protocol;

import io.midplane.protocol.northbound.v1.Event;
import io.midplane.protocol.northbound.v1.Items;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events of a watch; waits for the next one without limit. A node keeps a bounded number for a
 * client that is slow; beyond it the oldest are dropped and counted.
 */
public final class RemoteEvents extends ItemStream<RemoteEvent> {

  private long dropped;

  RemoteEvents(Caller caller, Exchange exchange) {
    super(caller, exchange, true);
  }

  /** How many events were dropped before the one returned last. */
  public long dropped() {
    return dropped;
  }

  @Override
  @Nullable List<RemoteEvent> items(Items message) {
    if (!message.hasEvents()) {
      return null;
    }
    var decoded = new ArrayList<RemoteEvent>(message.getEvents().getEventsCount());
    for (Event event : message.getEvents().getEventsList()) {
      decoded.add(
          new RemoteEvent(
              event.getId(),
              ValueCodec.fromProto(event.getData()),
              event.getPublisher(),
              event.getSequence(),
              ValueCodec.instant(event.getTimeMicros())));
    }
    dropped += message.getEvents().getDropped();
    return decoded;
  }
}
