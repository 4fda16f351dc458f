package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.wire.ErrorName;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The domains and their quotas. */
final class Domains {
  /** What this server can do: depth watches and permissions for any domain. */
  static final int FEATURES = 4 + 8;

  private final Map<Integer, Domain> known = new TreeMap<>();
  private final Map<Quota, Integer> quotas = new EnumMap<>(Quota.class);
  private final IntPredicate exists;
  private final Domain control;

  Domains(IntPredicate exists, Map<Quota, Integer> quotas) {
    this.exists = exists;
    for (Quota quota : Quota.values()) {
      this.quotas.put(quota, quotas.getOrDefault(quota, quota.nominal()));
    }
    this.control = known(DomainId.CONTROL.value());
    control.introduced(true);
  }

  /** Domain 0, for which every socket speaks that is not a guest's. */
  Domain control() {
    return control;
  }

  /** Whether there is such a domain, introduced or not. */
  boolean exists(int domain) {
    return domain >= 0
        && domain < DomainId.FIRST_RESERVED
        && (domain == 0 || known.containsKey(domain) || exists.test(domain));
  }

  /** The domain of that number, which exists. */
  Domain known(int domain) {
    return known.computeIfAbsent(domain, id -> new Domain(id, FEATURES));
  }

  /** The domain of that number if it is introduced, else null. */
  @Nullable Domain introduced(int domain) {
    Domain found = known.get(domain);
    return found != null && found.isIntroduced() ? found : null;
  }

  /** The same; ENOENT if it is not introduced. */
  Domain required(int domain) {
    Domain found = introduced(domain);
    if (found == null) {
      throw Refusal.of(ErrorName.ENOENT);
    }
    return found;
  }

  /** The guests that are introduced. */
  List<Domain> guests() {
    return known.values().stream()
        .filter(domain -> domain.isIntroduced() && !domain.isPrivileged())
        .toList();
  }

  void forget(Domain gone) {
    known.remove(gone.id());
    known.values().forEach(domain -> domain.forget(gone));
  }

  int quota(Quota quota) {
    return quotas.getOrDefault(quota, quota.nominal());
  }

  void setQuota(Quota quota, int value) {
    quotas.put(quota, value);
  }

  /** The quota as it holds for a domain. */
  int quota(Quota quota, Domain domain) {
    Integer own = domain.ownQuota(quota);
    return own == null ? quota(quota) : own;
  }

  /**
   * Refuses what would pass a quota with ENOSPC; never a privileged domain.
   *
   * @param wanted how many there would be
   */
  void check(Quota quota, Domain domain, long wanted) {
    if (!domain.isPrivileged() && wanted > quota(quota, domain)) {
      throw Refusal.of(ErrorName.ENOSPC);
    }
  }
}
