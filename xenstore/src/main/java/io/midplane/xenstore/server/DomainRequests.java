package io.midplane.xenstore.server;

import io.midplane.xenstore.wire.DomainId;
import io.midplane.xenstore.wire.ErrorName;
import io.midplane.xenstore.wire.Texts;
import java.util.List;

/** The requests about domains and their features. */
final class DomainRequests {
  private final Domains domains;
  private final Lifecycle lifecycle;

  DomainRequests(Domains domains, Lifecycle lifecycle) {
    this.domains = domains;
    this.lifecycle = lifecycle;
  }

  void introduce(byte[] payload) {
    List<String> texts = Arguments.exactly(3, payload);
    int domain = Numbers.domain(texts.get(0));
    if (Numbers.decimal(texts.get(2)) <= 0) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    lifecycle.introduce(domain);
  }

  void release(byte[] payload) {
    lifecycle.release(guest(payload));
  }

  void resume(byte[] payload) {
    guest(payload).shutDown(false);
  }

  /** The introduced domain a request names; EINVAL for domain 0. */
  private Domain guest(byte[] payload) {
    int domain = Numbers.domain(Arguments.one(payload));
    if (domain == DomainId.CONTROL.value()) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    return domains.required(domain);
  }

  void setTarget(byte[] payload) {
    List<String> texts = Arguments.exactly(2, payload);
    Domain domain = domains.required(Numbers.domain(texts.get(0)));
    domain.actAs(domains.required(Numbers.domain(texts.get(1))));
  }

  byte[] path(byte[] payload) {
    int domain = Numbers.domain(Arguments.one(payload));
    return Texts.join(new DomainId(domain).home());
  }

  byte[] isIntroduced(byte[] payload) {
    int domain = Numbers.domain(Arguments.one(payload));
    boolean introduced = domain == DomainId.SELF.value() || domains.introduced(domain) != null;
    return Texts.join(introduced ? "T" : "F");
  }

  byte[] features(Connection caller, byte[] payload) {
    List<String> texts = Arguments.all(payload);
    if (texts.isEmpty() || (texts.size() == 1 && texts.getFirst().isEmpty())) {
      return Texts.join(Integer.toString(Domains.FEATURES));
    }
    if (texts.size() > 1) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    if (!caller.domain().isPrivileged()) {
      throw Refusal.of(ErrorName.EACCES);
    }
    int domain = Numbers.domain(texts.getFirst());
    return Texts.join(Integer.toString(existing(domain).features()));
  }

  void setFeatures(byte[] payload) {
    List<String> texts = Arguments.exactly(2, payload);
    int bits = Numbers.decimal(texts.get(1));
    Domain domain = existing(Numbers.domain(texts.get(0)));
    if (domain.isIntroduced()) {
      throw Refusal.of(ErrorName.EBUSY);
    }
    if ((bits & ~Domains.FEATURES) != 0) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    domain.features(bits);
  }

  private Domain existing(int domain) {
    if (!domains.exists(domain)) {
      throw Refusal.of(ErrorName.ENOENT);
    }
    return domains.known(domain);
  }

  byte[] quota(byte[] payload) {
    List<String> texts = Arguments.all(payload);
    if (texts.isEmpty() || (texts.size() == 1 && texts.getFirst().isEmpty())) {
      StringBuilder names = new StringBuilder();
      for (Quota quota : Quota.values()) {
        names.append(names.isEmpty() ? "" : " ").append(quota.text());
      }
      return Texts.join(names.toString());
    }
    int value =
        switch (texts.size()) {
          case 1 -> domains.quota(quota(texts.get(0)));
          case 2 -> domains.quota(quota(texts.get(1)), introduced(texts.get(0)));
          default -> throw Refusal.of(ErrorName.EINVAL);
        };
    return Texts.join(Integer.toString(value));
  }

  void setQuota(byte[] payload) {
    List<String> texts = Arguments.all(payload);
    switch (texts.size()) {
      case 2 -> domains.setQuota(quota(texts.get(0)), Numbers.decimal(texts.get(1)));
      case 3 ->
          introduced(texts.get(0)).setQuota(quota(texts.get(1)), Numbers.decimal(texts.get(2)));
      default -> throw Refusal.of(ErrorName.EINVAL);
    }
  }

  private Domain introduced(String text) {
    return domains.required(Numbers.domain(text));
  }

  static Quota quota(String text) {
    Quota quota = Quota.of(text);
    if (quota == null) {
      throw Refusal.of(ErrorName.EINVAL);
    }
    return quota;
  }
}
