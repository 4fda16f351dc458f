package io.midplane.testkit.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Events of domains that come and go. */
@Tag("peer")
class SpecialWatchesTest extends XenStoreSpec {
  private static final String COMES = "@introduceDomain|in|";
  private static final String GOES = "@releaseDomain|out|";

  private void watchBoth(RawConnection by) {
    expect(by, "WATCH " + COMES, "OK|");
    expect(by, "WATCH " + GOES, "OK|");
    expectEvents(by, COMES, GOES);
  }

  @Test
  @DisplayName("XS26: a domain is announced once, and its release too")
  void shouldAnnounceIntroductionAndRelease() {
    watchBoth(root);

    store.introduce(7);
    expectEvents(root, COMES);

    expect("RELEASE 7|", "OK|");
    expectEvents(root, GOES);
  }

  @Test
  @DisplayName("XS26: a shutdown is announced, and the end of the domain")
  void shouldAnnounceShutdownAndEnd() {
    watchBoth(root);
    store.introduce(7);
    expectEvents(root, COMES);

    store.shutDown(7);
    assertThat(root.awaitEvents(1)).containsExactly(GOES);
    store.destroy(7);

    assertThat(root.awaitEvents(1)).containsExactly(GOES);
    expect("IS_DOMAIN_INTRODUCED 7|", "F|");
  }

  @Test
  @DisplayName("XS26: a guest that nobody listed gets the first event only")
  void shouldNotTellGuestsThatAreNotListed() {
    RawConnection five = store.introduce(5);
    watchBoth(five);

    store.introduce(7);
    expect("RELEASE 7|", "OK|");

    expectEvents(five);
  }

  @Test
  @DisplayName("XS26: a guest that is listed gets them")
  void shouldTellGuestsThatAreListed() {
    RawConnection five = store.introduce(5);
    watchBoth(five);
    expect("SET_PERMS @introduceDomain|n0|r5|", "OK|");
    // A change of the permissions is an event too, for later versions of Xen and for ours.
    five.events();

    store.introduce(7);
    expect("RELEASE 7|", "OK|");

    expectEvents(five, COMES);
  }

  @Test
  @DisplayName("XS26: the permissions of special names")
  void shouldShowThePermissionsOfSpecialNames() {
    expect("GET_PERMS @introduceDomain|", "!EINVAL", ocaml("n0|"), ours("n0|"));
    expect("GET_PERMS @foo|", "!EINVAL", ocaml("!ENOENT"), ours("!ENOENT"));
  }

  @Test
  @DisplayName("XS26: the nodes of a domain that ended go before its release is announced")
  void shouldAnnounceTheNodesFirst() {
    RawConnection seven = store.introduce(7);
    expect("MKDIR /local/domain/7|", "OK|");
    expect("SET_PERMS /local/domain/7|n7|", "OK|");
    expect(seven, "WRITE data|v", "OK|");
    watchBoth(root);
    expect("WATCH /local/domain/7|home|", "OK|");
    root.events();

    expect("RELEASE 7|", "OK|");

    if (isOcaml()) {
      expectEvents(root, GOES);
    } else {
      expectEvents(root, "/local/domain/7|home|", GOES);
    }
    expect("READ /local/domain/7|", "!ENOENT");
  }
}
