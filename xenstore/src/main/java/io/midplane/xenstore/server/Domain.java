package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.DomainId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A domain the server knows: its rights, its connections and its own quotas. */
final class Domain {
  private final int id;
  private final List<Connection> connections = new ArrayList<>();
  private final Map<Quota, Integer> quotas = new EnumMap<>(Quota.class);
  private @Nullable Domain target;
  private boolean introduced;
  private boolean shutDown;
  private int features;
  private int watches;
  private long watchBytes;
  private int transactions;

  Domain(int id, int features) {
    this.id = id;
    this.features = features;
  }

  int id() {
    return id;
  }

  /** The control domain: no checks, no quotas. */
  boolean isPrivileged() {
    return id == DomainId.CONTROL.value();
  }

  /** Whether it has the rights of that domain: its own, and those of its target. */
  boolean actsAs(int domain) {
    Domain other = target;
    return domain == id || (other != null && other.id == domain);
  }

  void actAs(Domain other) {
    target = other;
  }

  /** A domain is gone: nobody has its rights any more. */
  void forget(Domain gone) {
    if (target == gone) {
      target = null;
    }
  }

  String home() {
    return "/local/domain/" + id;
  }

  List<Connection> connections() {
    return connections;
  }

  boolean isIntroduced() {
    return introduced;
  }

  void introduced(boolean now) {
    introduced = now;
    shutDown = false;
    if (!now) {
      target = null;
    }
  }

  boolean isShutDown() {
    return shutDown;
  }

  void shutDown(boolean now) {
    shutDown = now;
  }

  int features() {
    return features;
  }

  void features(int bits) {
    features = bits;
  }

  int watches() {
    return watches;
  }

  /** The bytes of its watches: path and token of each. */
  long watchBytes() {
    return watchBytes;
  }

  void addWatch(Watch watch) {
    watches++;
    watchBytes += watch.path().length() + watch.token().length();
  }

  void removeWatch(Watch watch) {
    watches--;
    watchBytes -= watch.path().length() + watch.token().length();
  }

  int transactions() {
    return transactions;
  }

  void addTransactions(int count) {
    transactions += count;
  }

  /** Its own value of a quota, or null if the general one holds. */
  @Nullable Integer ownQuota(Quota quota) {
    return quotas.get(quota);
  }

  void setQuota(Quota quota, int value) {
    quotas.put(quota, value);
  }
}
