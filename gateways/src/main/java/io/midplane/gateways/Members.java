package io.midplane.gateways;

import io.midplane.calls.ErrorCode;
import io.midplane.calls.MidplaneException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The gateways of a group by id, and the ids of those that are being made. Thread-safe. */
final class Members {
  private final ReentrantLock lock = new ReentrantLock();

  /** In the order in which they were asked for; null while one is made. */
  private final Map<String, @Nullable Gateway> byId = new LinkedHashMap<>();

  private String model;
  private int nextId;
  private boolean closed;

  /**
   * No members.
   *
   * @param model the execution model of workers whose spec has none
   */
  Members(String model) {
    this.model = model;
  }

  String model() {
    lock.lock();
    try {
      return model;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Changes the model.
   *
   * @throws MidplaneException NOT_ALLOWED if there are gateways
   */
  void setModel(String other) {
    lock.lock();
    try {
      if (!byId.isEmpty()) {
        throw new MidplaneException(
            ErrorCode.NOT_ALLOWED,
            "execmodel: " + other + ": the group has gateways already; set it before the first");
      }
      model = other;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reserves an id before anything is started.
   *
   * @param wanted which; null for a fresh one
   * @throws MidplaneException CLOSED, or INVALID_ARGUMENT, or ALREADY_EXISTS
   */
  String reserve(@Nullable String wanted) {
    lock.lock();
    try {
      if (closed) {
        throw closedAlready();
      }
      String id = wanted == null ? freshId() : wanted;
      if (!id.matches("\\S+")) {
        throw new MidplaneException(
            ErrorCode.INVALID_ARGUMENT, "id: " + id + " (expected: no blanks)");
      }
      if (byId.containsKey(id)) {
        throw new MidplaneException(
            ErrorCode.ALREADY_EXISTS, "id: " + id + " is a gateway of this group already");
      }
      byId.put(id, null);
      return id;
    } finally {
      lock.unlock();
    }
  }

  private String freshId() {
    String id = "gw" + nextId++;
    while (byId.containsKey(id)) {
      id = "gw" + nextId++;
    }
    return id;
  }

  static MidplaneException closedAlready() {
    return new MidplaneException(ErrorCode.CLOSED, "group: closed");
  }

  /** The gateway of a reserved id, which leaves when it ends; false if the group was closed. */
  boolean join(String id, Gateway gateway) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      byId.put(id, gateway);
      gateway.start(() -> forget(id, gateway));
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The id is free again, if it is still this gateway's, or reserved where that is null. */
  void forget(String id, @Nullable Gateway gateway) {
    lock.lock();
    try {
      byId.remove(id, gateway);
    } finally {
      lock.unlock();
    }
  }

  Optional<Gateway> get(String id) {
    lock.lock();
    try {
      return Optional.ofNullable(byId.get(id));
    } finally {
      lock.unlock();
    }
  }

  /** Those there are, in order. */
  List<Gateway> all() {
    lock.lock();
    try {
      List<Gateway> all = new ArrayList<>();
      for (Gateway each : byId.values()) {
        if (each != null) {
          all.add(each);
        }
      }
      return Collections.unmodifiableList(all);
    } finally {
      lock.unlock();
    }
  }

  /** From now on nobody joins. */
  void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }
}
