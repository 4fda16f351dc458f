package io.midplane.testkit.xenstore;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Domains: introduced, released, asked about. */
@Tag("peer")
class DomainsTest extends XenStoreSpec {

  @Test
  @DisplayName("XS25: a domain's path needs no domain")
  void shouldTellTheHomeOfAnyDomain() {
    expect("GET_DOMAIN_PATH 0|", "/local/domain/0|");
    expect("GET_DOMAIN_PATH 4711|", "/local/domain/4711|");
    expect("GET_DOMAIN_PATH x|", "/local/domain/0|", ours("!EINVAL"));
  }

  @Test
  @DisplayName("XS25: introduced is who was introduced and not released")
  void shouldKnowWhoIsIntroduced() {
    expect("IS_DOMAIN_INTRODUCED 0|", "T|");
    expect("IS_DOMAIN_INTRODUCED 7|", "F|");

    store.introduce(7);

    expect("IS_DOMAIN_INTRODUCED 7|", "T|");
    expect("RELEASE 7|", "OK|");
    expect("IS_DOMAIN_INTRODUCED 7|", "F|");
    expect("IS_DOMAIN_INTRODUCED 32752|", "T|");
  }

  @Test
  @DisplayName("XS25: release, resume and set-target of a domain that is not there")
  void shouldRefuseUnknownDomains() {
    expect("RELEASE 7|", "!ENOENT", ocaml("!EINVAL"));
    expect("RESUME 7|", "!ENOENT", ocaml("!EINVAL"));
    expect("SET_TARGET 7|0|", "!ENOENT");
    store.introduce(7);
    expect("SET_TARGET 7|8|", "!ENOENT", ocaml("OK|"));
    expect("RESUME 7|", "OK|");
  }

  @Test
  @DisplayName("XS25: domain 0 is not released")
  void shouldNotReleaseDomainZero() {
    // The OCaml daemon drops it, and is of little use then.
    expect("RELEASE 0|", "!EINVAL", ocaml("!ENOENT"));
  }

  @Test
  @DisplayName("XS25: arguments that are none")
  void shouldRefuseMalformedArguments() {
    expect("INTRODUCE 7|", "!EINVAL");
    expect("INTRODUCE 7|1|", "!EINVAL");
    expect("INTRODUCE 7|1|0|", "!EINVAL");
    expect("INTRODUCE 7|1|-1|", "!EINVAL");
    expect("INTRODUCE 9999|1|1|", "!EINVAL");
    expect("SET_TARGET 7|", "!EINVAL");
  }

  @Test
  @DisplayName("XS25: introducing a domain again is done, and tells nobody")
  void shouldIntroduceAgain() {
    expect("WATCH @introduceDomain|t|", "OK|");
    root.events();

    store.introduce(7);
    expectEvents(root, "@introduceDomain|t|");
    expect("INTRODUCE 7|1|1|", "OK|");

    expectEvents(root);
  }

  @Test
  @DisplayName("XS28: control is there for those who are privileged")
  void shouldAnswerControl() {
    expect("CONTROL check|", "OK|");
    expect("CONTROL no-such-thing|", "!EINVAL", ocaml("OK|"));
  }

  @Test
  @DisplayName("XS16: what only the privileged may ask")
  void shouldRefuseGuestsWhatIsPrivileged() {
    RawConnection guest = store.introduce(7);

    expect(guest, "CONTROL check|", "!EACCES", ocaml("OK|"));
    expect(guest, "INTRODUCE 7|1|1|", "!EACCES");
    expect(guest, "RELEASE 7|", "!EACCES");
    expect(guest, "RESUME 7|", "!EACCES");
    expect(guest, "SET_TARGET 7|0|", "!EACCES");
    expect(guest, "IS_DOMAIN_INTRODUCED 7|", "!EACCES");
    expect(guest, "GET_DOMAIN_PATH 7|", "/local/domain/7|");
  }
}
