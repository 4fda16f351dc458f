package io.midplane.examples.lldp;

import io.midplane.packet.bpf.Filter;
import io.midplane.packet.codec.CodecException;
import io.midplane.packet.codec.Ethernet;
import io.midplane.packet.codec.Lldp;
import io.midplane.packet.codec.LldpTlv;
import io.midplane.packet.codec.Octets;
import io.midplane.packet.frame.Frame;
import io.midplane.packet.frame.FrameBatch;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One port that speaks LLDP: sends every interval, hears its neighbours and forgets those that fall
 * silent. All of it runs on one thread, that of the executor.
 */
final class LldpSession {
  private static final Logger LOG = LoggerFactory.getLogger(LldpSession.class);

  /** More would be an attack. */
  private static final int MAX_NEIGHBORS = 100;

  private final LldpPort port;
  private final LldpIdentity identity;
  private final LldpLink.Opener links;
  private final Listener listener;
  private final ScheduledExecutorService executor;
  private final Map<LldpNeighborKey, Known> neighbors = new HashMap<>();
  private @Nullable LldpLink link;
  private @Nullable Future<?> next;
  private boolean isClosed;

  /** Hears what becomes of neighbours, on the session's thread. */
  interface Listener {
    /** A neighbour is new, or says something new. */
    void known(LldpNeighbor neighbor, boolean isNew);

    /** A neighbour took its leave, or fell silent. */
    void gone(LldpNeighbor neighbor);
  }

  /** Which neighbour of a port. */
  private record LldpNeighborKey(String chassis, String port) {}

  private record Known(LldpNeighbor neighbor, Future<?> expiry) {}

  LldpSession(
      LldpPort port,
      LldpIdentity identity,
      LldpLink.Opener links,
      Listener listener,
      ScheduledExecutorService executor) {
    this.port = port;
    this.identity = identity;
    this.links = links;
    this.listener = listener;
    this.executor = executor;
  }

  /** Opens the port; where that fails it is tried again every interval. */
  void begin() {
    execute(this::open);
  }

  private void open() {
    if (isClosed) {
      return;
    }
    var unused =
        links
            .open(port.name())
            .whenComplete((opened, failure) -> {
              if (!execute(() -> onOpened(opened, failure)) && opened != null) {
                var closing = opened.port().closeAsync();
              }
            });
  }

  private void onOpened(@Nullable LldpLink opened, @Nullable Throwable failure) {
    if (opened == null) {
      LOG.warn(
          "LLDP-0101 port {} cannot be opened, tried again in {} s: {}",
          port.name(),
          port.interval(),
          String.valueOf(failure));
      next = executor.schedule(this::open, port.interval(), TimeUnit.SECONDS);
      return;
    }
    if (isClosed) {
      var unused = opened.port().closeAsync();
      return;
    }
    link = opened;
    // snippet: receive
    opened.port().join(Lldp.NEAREST_BRIDGE);
    var unused =
        opened
            .port()
            .subscribeAsync(
                Filter.ethertype(Ethernet.LLDP).program(), batch -> execute(() -> onFrames(batch)))
            .whenComplete((subscription, refused) -> execute(() -> onListening(refused)));
    // end
  }

  private void onListening(@Nullable Throwable refused) {
    if (refused != null) {
      LOG.warn("LLDP-0102 port {} does not listen: {}", port.name(), refused.toString());
    }
    transmit();
  }

  // ---- sending

  // snippet: send
  private void transmit() {
    if (isClosed) {
      return;
    }
    send(port.interval() * port.hold());
    next = executor.schedule(this::transmit, port.interval(), TimeUnit.SECONDS);
  }

  private void send(int seconds) {
    LldpLink open = link;
    if (open != null) {
      Octets message = Octets.of(identity.message(port.name(), seconds).encode());
      var frame = new Ethernet(Lldp.NEAREST_BRIDGE, open.address(), Ethernet.LLDP, message);
      open.port().send(frame.encode());
    }
  }

  // end

  // ---- receiving

  // snippet: neighbors
  private void onFrames(FrameBatch batch) {
    for (Frame frame : batch.frames()) {
      try {
        Ethernet ethernet = Ethernet.decode(frame);
        onMessage(Lldp.decode(ethernet.payload()));
      } catch (CodecException e) {
        LOG.debug("LLDP-0103 port {}: {}", port.name(), e.getMessage());
      }
    }
  }

  private void onMessage(Lldp message) {
    LldpNeighbor neighbor = neighbor(message);
    var key = new LldpNeighborKey(neighbor.chassis(), neighbor.neighborPort());
    Known before = neighbors.get(key);
    if (before != null) {
      before.expiry().cancel(false);
    }
    if (isClosed || message.isShutdown()) {
      forget(key);
    } else if (before != null || neighbors.size() < MAX_NEIGHBORS) {
      Future<?> expiry = executor.schedule(() -> forget(key), neighbor.ttl(), TimeUnit.SECONDS);
      neighbors.put(key, new Known(neighbor, expiry));
      if (before == null || !before.neighbor().equals(neighbor)) {
        listener.known(neighbor, before == null);
      }
    }
  }

  private void forget(LldpNeighborKey key) {
    Known known = neighbors.remove(key);
    if (known != null) {
      listener.gone(known.neighbor());
    }
  }

  // end

  private LldpNeighbor neighbor(Lldp message) {
    return new LldpNeighbor(
        port.name(),
        message.chassis().text(),
        message.port().text(),
        message.first(LldpTlv.SystemName.class).map(name -> name.value().text()).orElse(""),
        message.first(LldpTlv.PortDescription.class).map(said -> said.value().text()).orElse(""),
        message
            .first(LldpTlv.ManagementAddress.class)
            .map(LldpTlv.ManagementAddress::text)
            .orElse(""),
        message.first(LldpTlv.PortVlan.class).map(LldpTlv.PortVlan::id).orElse(0),
        message.ttl().seconds());
  }

  /** Takes back what was said, forgets all neighbours and closes the port. */
  void end() {
    execute(() -> {
      if (isClosed) {
        return;
      }
      send(0);
      isClosed = true;
      if (next != null) {
        next.cancel(false);
      }
      neighbors.values().forEach(known -> known.expiry().cancel(false));
      neighbors.values().stream().map(Known::neighbor).toList().forEach(listener::gone);
      neighbors.clear();
      if (link != null) {
        var unused = link.port().closeAsync();
      }
    });
  }

  /** Runs a step on the session's thread; false if there is none any more. */
  private boolean execute(Runnable step) {
    try {
      executor.execute(step);
      return true;
    } catch (RejectedExecutionException e) {
      LOG.debug("LLDP-0104 port {}: a step after the end", port.name());
      return false;
    }
  }
}
