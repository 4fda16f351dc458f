package io.midplane.packet.linux;

import io.midplane.packet.link.LinkListener;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which interfaces there are, and tells a listener of those it watches when one goes down, up or
 * away. Changed by an engine's thread, read by all.
 */
final class LinkWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LinkWatch.class);

  private final Map<Integer, InterfaceInfo> interfaces = new ConcurrentHashMap<>();
  private final LinkListener listener;

  /** The interface that matters; 0 for all. */
  private volatile int watched;

  LinkWatch(LinkListener listener) {
    this.listener = listener;
  }

  /** What there is at the start, without telling. */
  void begin(List<InterfaceInfo> found) {
    found.forEach(info -> interfaces.put(info.ifindex(), info));
  }

  /** Only that interface matters. */
  void only(int ifindex) {
    watched = ifindex;
  }

  Optional<InterfaceInfo> find(String name) {
    return interfaces.values().stream().filter(info -> info.name().equals(name)).findFirst();
  }

  @Nullable InterfaceInfo get(int ifindex) {
    return interfaces.get(ifindex);
  }

  /** The largest MTU of an interface that leads to others. */
  int largestMtu() {
    return interfaces.values().stream()
        .filter(info -> !info.isLoopback())
        .mapToInt(InterfaceInfo::mtu)
        .max()
        .orElse(0);
  }

  void present(InterfaceInfo info) {
    InterfaceInfo before = interfaces.put(info.ifindex(), info);
    boolean was = before != null && before.carriesFrames();
    if (was != info.carriesFrames() && matters(info.ifindex())) {
      tell(
          info.carriesFrames()
              ? () -> listener.linkUp(info.ifindex())
              : () -> listener.linkDown(info.ifindex()));
    }
  }

  void removed(int ifindex) {
    if (interfaces.remove(ifindex) != null && matters(ifindex)) {
      tell(() -> listener.gone(ifindex));
    }
  }

  /** The news were lost: finds out from the list. */
  void compare(List<InterfaceInfo> found) {
    Set<Integer> left = new HashSet<>(interfaces.keySet());
    for (InterfaceInfo info : found) {
      left.remove(info.ifindex());
      present(info);
    }
    left.forEach(this::removed);
  }

  private boolean matters(int ifindex) {
    return watched == 0 || watched == ifindex;
  }

  private static void tell(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      LOG.warn("PKT-0102 a listener of a link failed", e);
    }
  }
}
