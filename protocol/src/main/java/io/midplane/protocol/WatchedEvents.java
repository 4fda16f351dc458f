package io.midplane.protocol;

import io.midplane.protocol.northbound.v1.Event;
import io.midplane.protocol.northbound.v1.Items;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of a watch; waits for the next one without limit. */
final class WatchedEvents extends ItemStream<RemoteEvent> {

  WatchedEvents(Caller caller, Exchange exchange) {
    super(caller, exchange, true);
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
    return decoded;
  }
}
